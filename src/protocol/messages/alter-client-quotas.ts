import { array, boolean, defineApi, float64, int16, int32, nullableString, string } from '../schema.ts'

export const alterClientQuotas = defineApi({
  key: 49,
  name: 'AlterClientQuotas',
  versions: '0-1',
  flexible: '1+',
  request: {
    entries: array({
      entity: array({
        entityType: string(),
        entityName: nullableString('0+', { fallback: '' })
      }),
      ops: array({
        key: string(),
        value: float64(),
        remove: boolean()
      })
    }),
    validateOnly: boolean()
  },
  response: {
    throttleTimeMs: int32(),
    entries: array({
      errorCode: int16(),
      errorMessage: nullableString('0+', { fallback: '' }),
      entity: array({
        entityType: string(),
        entityName: nullableString('0+', { fallback: '' })
      })
    })
  }
})
