import { array, defineApi, int8, int16, int32, nullableString, string } from '../schema.ts'

export const describeAcls = defineApi({
  key: 29,
  name: 'DescribeAcls',
  versions: '1-3',
  flexible: '2+',
  request: {
    resourceTypeFilter: int8(),
    resourceNameFilter: nullableString('0+', { fallback: '' }),
    patternTypeFilter: int8('1+', { fallback: 3 }),
    principalFilter: nullableString('0+', { fallback: '' }),
    hostFilter: nullableString('0+', { fallback: '' }),
    operation: int8(),
    permissionType: int8()
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString('0+', { fallback: '' }),
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      patternType: int8('1+', { fallback: 3 }),
      acls: array({
        principal: string(),
        host: string(),
        operation: int8(),
        permissionType: int8()
      })
    })
  }
})
