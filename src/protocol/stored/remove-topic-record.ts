import { defineRecord, uuid } from '../schema.ts'

export const removeTopicRecord = defineRecord({
  name: 'RemoveTopicRecord',
  key: 9,
  versions: '0',
  flexible: '0+',
  fields: {
    topicId: uuid()
  }
})
