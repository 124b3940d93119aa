// KIP-966: Metadata in pages, with the eligible leader replicas.
import {
  array,
  boolean,
  defineApi,
  int16,
  int32,
  nullableArray,
  nullableString,
  nullableStruct,
  string,
  uuid
} from '../schema.ts'

export const describeTopicPartitions = defineApi({
  key: 75,
  name: 'DescribeTopicPartitions',
  versions: '0',
  flexible: '0+',
  request: {
    topics: array({
      name: string()
    }),
    responsePartitionLimit: int32('0+', { fallback: 2000 }),
    cursor: nullableStruct({
      topicName: string(),
      partitionIndex: int32()
    })
  },
  response: {
    throttleTimeMs: int32('0+', { ignorable: true }),
    topics: array({
      errorCode: int16(),
      name: nullableString('0+', { fallback: '' }),
      topicId: uuid('0+', { ignorable: true }),
      isInternal: boolean('0+', { ignorable: true }),
      partitions: array({
        errorCode: int16(),
        partitionIndex: int32(),
        leaderId: int32(),
        leaderEpoch: int32('0+', { fallback: -1, ignorable: true }),
        replicaNodes: array(int32()),
        isrNodes: array(int32()),
        eligibleLeaderReplicas: nullableArray(int32(), '0+', { fallback: null }),
        lastKnownElr: nullableArray(int32(), '0+', { fallback: null }),
        offlineReplicas: array(int32(), '0+', { ignorable: true })
      }),
      topicAuthorizedOperations: int32('0+', { fallback: -2147483648 })
    }),
    nextCursor: nullableStruct({
      topicName: string(),
      partitionIndex: int32()
    })
  }
})
