import { defineRecord, nullableString } from '../schema.ts'

export const beginTransactionRecord = defineRecord({
  name: 'BeginTransactionRecord',
  key: 23,
  versions: '0',
  flexible: '0+',
  fields: {
    name: nullableString('0+', { tag: 0 })
  }
})
