import { defineRecord, string } from '../schema.ts'

export const clearElrRecord = defineRecord({
  name: 'ClearElrRecord',
  key: 28,
  versions: '0',
  flexible: '0+',
  fields: {
    topicName: string()
  }
})
