// KIP-932. v1 is the first version that is not a preview, v2 acquire mode (KIP-1206) and renewals (KIP-1222).
import {
  array,
  boolean,
  defineApi,
  int8,
  int16,
  int32,
  int64,
  nullableString,
  records,
  string,
  struct,
  uuid
} from '../schema.ts'

export const shareFetch = defineApi({
  key: 78,
  name: 'ShareFetch',
  versions: '1-2',
  flexible: '0+',
  request: {
    groupId: nullableString(),
    memberId: nullableString('0+', { fallback: '' }),
    shareSessionEpoch: int32(),
    maxWaitMs: int32(),
    minBytes: int32(),
    maxBytes: int32('0+', { fallback: 0x7fffffff }),
    maxRecords: int32('1+'),
    batchSize: int32('1+'),
    shareAcquireMode: int8('2+', { ignorable: true }),
    isRenewAck: boolean('2+'),
    topics: array({
      topicId: uuid(),
      partitions: array({
        partitionIndex: int32(),
        partitionMaxBytes: int32('0'),
        acknowledgementBatches: array({
          firstOffset: int64(),
          lastOffset: int64(),
          acknowledgeTypes: array(int8())
        })
      })
    }),
    forgottenTopicsData: array({
      topicId: uuid(),
      partitions: array(int32())
    })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString(),
    acquisitionLockTimeoutMs: int32('1+'),
    responses: array({
      topicId: uuid(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        errorMessage: nullableString(),
        acknowledgeErrorCode: int16(),
        acknowledgeErrorMessage: nullableString(),
        currentLeader: struct({
          leaderId: int32(),
          leaderEpoch: int32()
        }),
        records: records('0+', { nullable: '0' }),
        acquiredRecords: array({
          firstOffset: int64(),
          lastOffset: int64(),
          deliveryCount: int16()
        })
      })
    }),
    nodeEndpoints: array({
      nodeId: int32(),
      host: string(),
      port: int32(),
      rack: nullableString()
    })
  }
})
