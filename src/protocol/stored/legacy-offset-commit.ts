import { defineRecord, int32, int64, string } from '../schema.ts'

export const legacyOffsetCommitKey = defineRecord({
  name: 'LegacyOffsetCommitKey',
  key: 0,
  versions: '0',
  flexible: 'none',
  fields: {
    group: string('0'),
    topic: string('0'),
    partition: int32('0')
  }
})

export const legacyOffsetCommitValue = defineRecord({
  name: 'LegacyOffsetCommitValue',
  key: 0,
  versions: '0',
  flexible: 'none',
  fields: {
    offset: int64('0'),
    metadata: string('0'),
    commitTimestamp: int64('0')
  }
})
