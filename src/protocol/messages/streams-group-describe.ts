import {
  array,
  boolean,
  defineApi,
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

const endpoint = {
  host: string(),
  port: uint16()
}

const taskOffset = {
  subtopologyId: string(),
  partition: int32(),
  offset: int64()
}

const taskIds = {
  subtopologyId: string(),
  partitions: array(int32())
}

const assignment = {
  activeTasks: array(taskIds),
  standbyTasks: array(taskIds),
  warmupTasks: array(taskIds)
}

export const streamsGroupDescribe = defineApi({
  key: 89,
  name: 'StreamsGroupDescribe',
  versions: '0',
  flexible: '0+',
  request: {
    groupIds: array(string()),
    includeAuthorizedOperations: boolean()
  },
  response: {
    throttleTimeMs: int32(),
    groups: array({
      errorCode: int16(),
      errorMessage: nullableString(),
      groupId: string(),
      groupState: string(),
      groupEpoch: int32(),
      assignmentEpoch: int32(),
      topology: nullableStruct({
        epoch: int32(),
        subtopologies: nullableArray(
          {
            subtopologyId: string(),
            sourceTopics: array(string()),
            repartitionSinkTopics: array(string()),
            stateChangelogTopics: array(topicInfo),
            repartitionSourceTopics: array(topicInfo)
          },
          '0+',
          { fallback: null }
        )
      }),
      members: array({
        memberId: string(),
        memberEpoch: int32(),
        instanceId: nullableString(),
        rackId: nullableString(),
        clientId: string(),
        clientHost: string(),
        topologyEpoch: int32(),
        processId: string(),
        userEndpoint: nullableStruct(endpoint),
        clientTags: array(keyValue),
        taskOffsets: array(taskOffset),
        taskEndOffsets: array(taskOffset),
        assignment: struct(assignment),
        targetAssignment: struct(assignment),
        isClassic: boolean()
      }),
      authorizedOperations: int32('0+', { fallback: -2147483648 })
    })
  }
})
