import {
  array,
  boolean,
  defineApi,
  int8,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  nullableStruct,
  string,
  struct,
  uint16
} from '../schema.ts'

const keyValue = {
  key: string(),
  value: string()
}

const topicInfo = {
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: array(keyValue)
}

const taskIds = {
  subtopologyId: string(),
  partitions: array(int32())
}

const endpoint = {
  host: string(),
  port: uint16()
}

const taskOffset = {
  subtopologyId: string(),
  partition: int32(),
  offset: int64()
}

const status = {
  statusCode: int8(),
  statusDetail: string()
}

const topicPartition = {
  topic: string(),
  partitions: array(int32())
}

export const streamsGroupHeartbeat = defineApi({
  key: 88,
  name: 'StreamsGroupHeartbeat',
  versions: '0',
  flexible: '0+',
  request: {
    groupId: string(),
    memberId: string(),
    memberEpoch: int32(),
    endpointInformationEpoch: int32(),
    instanceId: nullableString(),
    rackId: nullableString(),
    rebalanceTimeoutMs: int32('0+', { fallback: -1 }),
    topology: nullableStruct({
      epoch: int32(),
      subtopologies: array({
        subtopologyId: string(),
        sourceTopics: array(string()),
        sourceTopicRegex: array(string()),
        stateChangelogTopics: array(topicInfo),
        repartitionSinkTopics: array(string()),
        repartitionSourceTopics: array(topicInfo),
        copartitionGroups: array({
          sourceTopics: array(int16()),
          sourceTopicRegex: array(int16()),
          repartitionSourceTopics: array(int16())
        })
      })
    }),
    activeTasks: nullableArray(taskIds, '0+', { fallback: null }),
    standbyTasks: nullableArray(taskIds, '0+', { fallback: null }),
    warmupTasks: nullableArray(taskIds, '0+', { fallback: null }),
    processId: nullableString(),
    userEndpoint: nullableStruct(endpoint),
    clientTags: nullableArray(keyValue, '0+', { fallback: null }),
    taskOffsets: nullableArray(taskOffset, '0+', { fallback: null }),
    taskEndOffsets: nullableArray(taskOffset, '0+', { fallback: null }),
    shutdownApplication: boolean()
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString(),
    memberId: string(),
    memberEpoch: int32(),
    heartbeatIntervalMs: int32(),
    acceptableRecoveryLag: int32(),
    taskOffsetIntervalMs: int32(),
    status: nullableArray(status),
    activeTasks: nullableArray(taskIds, '0+', { fallback: null }),
    standbyTasks: nullableArray(taskIds, '0+', { fallback: null }),
    warmupTasks: nullableArray(taskIds, '0+', { fallback: null }),
    endpointInformationEpoch: int32(),
    partitionsByUserEndpoint: nullableArray(
      {
        userEndpoint: struct(endpoint),
        activePartitions: array(topicPartition),
        standbyPartitions: array(topicPartition)
      },
      '0+',
      { fallback: null }
    )
  }
})
