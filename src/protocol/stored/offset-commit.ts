import { defineRecord, int32, int64, string, uuid } from '../schema.ts'

export const offsetCommitKey = defineRecord({
  name: 'OffsetCommitKey',
  key: 1,
  versions: '0',
  flexible: 'none',
  fields: {
    group: string('0'),
    topic: string('0'),
    partition: int32('0')
  }
})

export const offsetCommitValue = defineRecord({
  name: 'OffsetCommitValue',
  key: 1,
  versions: '0-4',
  flexible: '4+',
  fields: {
    offset: int64(),
    leaderEpoch: int32('3+', { fallback: -1, ignorable: true }),
    metadata: string(),
    commitTimestamp: int64(),
    expireTimestamp: int64('1', { fallback: -1, ignorable: true }),
    topicId: uuid('4+', { tag: 0, ignorable: true })
  }
})
