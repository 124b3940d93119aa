import { defineRecord, int16, int64 } from '../schema.ts'

export const snapshotHeaderRecord = defineRecord({
  name: 'SnapshotHeaderRecord',
  key: 3,
  versions: '0',
  flexible: '0+',
  fields: {
    version: int16(),
    lastContainedLogTimestamp: int64()
  }
})
