import { array, boolean, defineRecord, float64, nullableString, string } from '../schema.ts'

export const clientQuotaRecord = defineRecord({
  name: 'ClientQuotaRecord',
  key: 14,
  versions: '0',
  flexible: '0+',
  fields: {
    entity: array({
      entityType: string(),
      entityName: nullableString('0+', { fallback: '' })
    }),
    key: string(),
    value: float64(),
    remove: boolean()
  }
})
