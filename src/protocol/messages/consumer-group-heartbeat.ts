// KIP-848. v1 topics by regular expression; the client makes its own member id (KIP-1082).
import {
  array,
  defineApi,
  int16,
  int32,
  nullableArray,
  nullableString,
  nullableStruct,
  string,
  uuid
} from '../schema.ts'

const topicPartitions = {
  topicId: uuid(),
  partitions: array(int32())
}

export const consumerGroupHeartbeat = defineApi({
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  versions: '0-1',
  flexible: '0+',
  request: {
    groupId: string(),
    memberId: string(),
    memberEpoch: int32(),
    instanceId: nullableString(),
    rackId: nullableString(),
    rebalanceTimeoutMs: int32('0+', { fallback: -1 }),
    subscribedTopicNames: nullableArray(string(), '0+', { fallback: null }),
    subscribedTopicRegex: nullableString('1+'),
    serverAssignor: nullableString(),
    topicPartitions: nullableArray(
      {
        topicId: uuid(),
        partitions: array(int32())
      },
      '0+',
      { fallback: null }
    )
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString(),
    memberId: nullableString(),
    memberEpoch: int32(),
    heartbeatIntervalMs: int32(),
    assignment: nullableStruct({
      topicPartitions: array(topicPartitions)
    })
  }
})
