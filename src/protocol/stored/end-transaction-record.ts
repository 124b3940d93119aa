import { defineRecord } from '../schema.ts'

export const endTransactionRecord = defineRecord({
  name: 'EndTransactionRecord',
  key: 24,
  versions: '0',
  flexible: '0+',
  fields: {}
})
