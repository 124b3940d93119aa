// KIP-339.
import { array, boolean, defineApi, int8, int16, int32, nullableString, string } from '../schema.ts'

export const incrementalAlterConfigs = defineApi({
  key: 44,
  name: 'IncrementalAlterConfigs',
  versions: '0-1',
  flexible: '1+',
  request: {
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      configs: array({
        name: string(),
        configOperation: int8(),
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
