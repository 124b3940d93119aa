// v5 no retention time of its own (KIP-211), v6 leader epochs (KIP-320), v7 static members (KIP-345), v9 member
// epochs of consumer groups (KIP-848), v10 topics by id (KIP-848).
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
