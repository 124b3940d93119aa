// v2 fencing by current leader epoch (KIP-320).
import { array, defineApi, int16, int32, int64, string } from '../schema.ts'

export const offsetForLeaderEpoch = defineApi({
  key: 23,
  name: 'OffsetForLeaderEpoch',
  versions: '2-4',
  flexible: '4+',
  request: {
    replicaId: int32('3+', { fallback: -2, ignorable: true }),
    topics: array({
      topic: string(),
      partitions: array({
        partition: int32(),
        currentLeaderEpoch: int32('2+', { fallback: -1, ignorable: true }),
        leaderEpoch: int32()
      })
    })
  },
  response: {
    throttleTimeMs: int32('2+', { ignorable: true }),
    topics: array({
      topic: string(),
      partitions: array({
        errorCode: int16(),
        partition: int32(),
        leaderEpoch: int32('1+', { fallback: -1, ignorable: true }),
        endOffset: int64('0+', { fallback: -1 })
      })
    })
  }
})
