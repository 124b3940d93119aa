import { array, boolean, defineApi, int8, int16, int32, nullableString, string } from '../schema.ts'

export const alterConfigs = defineApi({
  key: 33,
  name: 'AlterConfigs',
  versions: '0-2',
  flexible: '2+',
  request: {
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      configs: array({
        name: string(),
        value: nullableString('0+', { fallback: '' })
      })
    }),
    validateOnly: boolean()
  },
  response: {
    throttleTimeMs: int32(),
    responses: array({
      errorCode: int16(),
      errorMessage: nullableString('0+', { fallback: '' }),
      resourceType: int8(),
      resourceName: string()
    })
  }
})
