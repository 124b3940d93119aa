import {
  array,
  boolean,
  defineApi,
  int8,
  int16,
  int32,
  int64,
  nullableString,
  string,
  struct,
  uuid
} from '../schema.ts'

export const shareAcknowledge = defineApi({
  key: 79,
  name: 'ShareAcknowledge',
  versions: '1-2',
  flexible: '0+',
  request: {
    groupId: nullableString(),
    memberId: nullableString('0+', { fallback: '' }),
    shareSessionEpoch: int32(),
    isRenewAck: boolean('2+'),
    topics: array({
      topicId: uuid(),
      partitions: array({
        partitionIndex: int32(),
        acknowledgementBatches: array({
          firstOffset: int64(),
          lastOffset: int64(),
          acknowledgeTypes: array(int8())
        })
      })
    })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString(),
    acquisitionLockTimeoutMs: int32('2+', { ignorable: true }),
    responses: array({
      topicId: uuid(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        errorMessage: nullableString(),
        currentLeader: struct({
          leaderId: int32(),
          leaderEpoch: int32()
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
