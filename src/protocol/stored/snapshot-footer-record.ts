import { defineRecord, int16 } from '../schema.ts'

export const snapshotFooterRecord = defineRecord({
  name: 'SnapshotFooterRecord',
  key: 4,
  versions: '0',
  flexible: '0+',
  fields: {
    version: int16()
  }
})
