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

export const shareGroupHeartbeat = defineApi({
  key: 76,
  name: 'ShareGroupHeartbeat',
  versions: '1',
  flexible: '0+',
  request: {
    groupId: string(),
    memberId: string(),
    memberEpoch: int32(),
    rackId: nullableString(),
    subscribedTopicNames: nullableArray(string(), '0+', { fallback: null })
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
