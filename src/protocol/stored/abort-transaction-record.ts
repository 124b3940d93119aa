import { defineRecord, nullableString } from '../schema.ts'

export const abortTransactionRecord = defineRecord({
  name: 'AbortTransactionRecord',
  key: 25,
  versions: '0',
  flexible: '0+',
  fields: {
    reason: nullableString('0+', { tag: 0 })
  }
})
