import { array, defineApi, int16, int32, int64, int64Clamped, nullableString, string, uuid } from '../schema.ts'

export const offsetCommit = defineApi({
  key: 8,
  name: 'OffsetCommit',
  versions: '2-10',
  flexible: '8+',
  request: {
    groupId: string(),
    generationIdOrMemberEpoch: int32('1+', { fallback: -1, ignorable: true }),
    memberId: string('1+', { ignorable: true }),
    groupInstanceId: nullableString('7+'),
    retentionTimeMs: int64Clamped('2-4', { fallback: -1, ignorable: true }),
    topics: array({
      name: string('0-9', { ignorable: true }),
      topicId: uuid('10+', { ignorable: true }),
      partitions: array({
        partitionIndex: int32(),
        committedOffset: int64(),
        committedLeaderEpoch: int32('6+', { fallback: -1, ignorable: true }),
        committedMetadata: nullableString('0+', { fallback: '' })
      })
    })
  },
  response: {
    throttleTimeMs: int32('3+', { ignorable: true }),
    topics: array({
      name: string('0-9', { ignorable: true }),
      topicId: uuid('10+', { ignorable: true }),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16()
      })
    })
  }
})
