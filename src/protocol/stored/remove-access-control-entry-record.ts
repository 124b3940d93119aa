import { defineRecord, uuid } from '../schema.ts'

export const removeAccessControlEntryRecord = defineRecord({
  name: 'RemoveAccessControlEntryRecord',
  key: 19,
  versions: '0',
  flexible: '0+',
  fields: {
    id: uuid()
  }
})
