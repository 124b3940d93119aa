import { array, defineApi, int8, int16, int32, nullableString, string } from '../schema.ts'

export const deleteAcls = defineApi({
  key: 31,
  name: 'DeleteAcls',
  versions: '1-3',
  flexible: '2+',
  request: {
    filters: array({
      resourceTypeFilter: int8(),
      resourceNameFilter: nullableString('0+', { fallback: '' }),
      patternTypeFilter: int8('1+', { fallback: 3 }),
      principalFilter: nullableString('0+', { fallback: '' }),
      hostFilter: nullableString('0+', { fallback: '' }),
      operation: int8(),
      permissionType: int8()
    })
  },
  response: {
    throttleTimeMs: int32(),
    filterResults: array({
      errorCode: int16(),
      errorMessage: nullableString('0+', { fallback: '' }),
      matchingAcls: array({
        errorCode: int16(),
        errorMessage: nullableString('0+', { fallback: '' }),
        resourceType: int8(),
        resourceName: string(),
        patternType: int8('1+', { fallback: 3 }),
        principal: string(),
        host: string(),
        operation: int8(),
        permissionType: int8()
      })
    })
  }
})
