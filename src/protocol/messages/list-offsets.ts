// v2 isolation level, v4 leader epochs (KIP-320), v7 timestamp -3: the largest timestamp (KIP-734), v8 -4: the
// earliest local offset (KIP-405), v9 -5: the last tiered offset (KIP-1005), v10 timeout (KIP-1075), v11 -6:
// earliest pending upload (KIP-1023).
import { array, defineApi, int8, int16, int32, int64, int64Clamped, string } from '../schema.ts'

export const listOffsets = defineApi({
  key: 2,
  name: 'ListOffsets',
  versions: '1-11',
  flexible: '6+',
  request: {
    replicaId: int32(),
    isolationLevel: int8('2+'),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        currentLeaderEpoch: int32('4+', { fallback: -1, ignorable: true }),
        timestamp: int64Clamped()
      })
    }),
    timeoutMs: int32('10+', { ignorable: true })
  },
  response: {
    throttleTimeMs: int32('2+', { ignorable: true }),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        timestamp: int64('1+', { fallback: -1 }),
        offset: int64('1+', { fallback: -1 }),
        leaderEpoch: int32('4+', { fallback: -1 })
      })
    })
  }
})
