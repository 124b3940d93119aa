import { array, defineApi, int8, int16, int32, nullableString, string } from '../schema.ts'

export const createAcls = defineApi({
  key: 30,
  name: 'CreateAcls',
  versions: '1-3',
  flexible: '2+',
  request: {
    creations: array({
      resourceType: int8(),
      resourceName: string(),
      resourcePatternType: int8('1+', { fallback: 3 }),
      principal: string(),
      host: string(),
      operation: int8(),
      permissionType: int8()
    })
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      errorCode: int16(),
      errorMessage: nullableString('0+', { fallback: '' })
    })
  }
})
