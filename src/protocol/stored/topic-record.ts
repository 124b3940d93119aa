import { defineRecord, string, uuid } from '../schema.ts'

export const topicRecord = defineRecord({
  name: 'TopicRecord',
  key: 2,
  versions: '0',
  flexible: '0+',
  fields: {
    name: string(),
    topicId: uuid()
  }
})
