import { defineRecord, int16 } from '../schema.ts'

export const controlRecordTypeSchema = defineRecord({
  name: 'ControlRecordTypeSchema',
  key: -1,
  versions: '0',
  flexible: 'none',
  fields: {
    type: int16()
  }
})
