// v2 leader epochs (KIP-320), v3 group metadata of the consumer (KIP-447), v5 adds its partition implicitly
// (KIP-890).
import { array, defineApi, int16, int32, int64, nullableString, string } from '../schema.ts'

export const txnOffsetCommit = defineApi({
  key: 28,
  name: 'TxnOffsetCommit',
  versions: '0-5',
  flexible: '3+',
  request: {
    transactionalId: string(),
    groupId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    generationId: int32('3+', { fallback: -1 }),
    memberId: string('3+'),
    groupInstanceId: nullableString('3+'),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        committedOffset: int64(),
        committedLeaderEpoch: int32('2+', { fallback: -1, ignorable: true }),
        committedMetadata: nullableString('0+', { fallback: '' })
      })
    })
  },
  response: {
    throttleTimeMs: int32(),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16()
      })
    })
  }
})
