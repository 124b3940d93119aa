import {
  array,
  boolean,
  defineApi,
  float64,
  int8,
  int16,
  int32,
  nullableArray,
  nullableString,
  string
} from '../schema.ts'

export const describeClientQuotas = defineApi({
  key: 48,
  name: 'DescribeClientQuotas',
  versions: '0-1',
  flexible: '1+',
  request: {
    components: array({
      entityType: string(),
      matchType: int8(),
      match: nullableString('0+', { fallback: '' })
    }),
    strict: boolean()
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString('0+', { fallback: '' }),
    entries: nullableArray({
      entity: array({
        entityType: string(),
        entityName: nullableString('0+', { fallback: '' })
      }),
      values: array({
        key: string(),
        value: float64()
      })
    })
  }
})
