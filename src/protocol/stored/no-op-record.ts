import { defineRecord } from '../schema.ts'

export const noOpRecord = defineRecord({
  name: 'NoOpRecord',
  key: 20,
  versions: '0',
  flexible: '0+',
  fields: {}
})
