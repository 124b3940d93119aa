// v4 auto-creation can be declined, v7 leader epochs (KIP-320), v8 authorized operations (KIP-430), v10 topic
// ids in the answer and v12 in the request (KIP-516), v11 without the cluster's authorized operations
// (KIP-700), v13 an error of the whole answer (KIP-1102).
import { array, boolean, defineApi, int16, int32, nullableArray, nullableString, string, uuid } from '../schema.ts'

export const metadata = defineApi({
  key: 3,
  name: 'Metadata',
  versions: '0-13',
  flexible: '9+',
  request: {
    topics: nullableArray(
      {
        topicId: uuid('10+', { ignorable: true }),
        name: nullableString('0+', { fallback: '', nullable: '10+' })
      },
      '0+',
      { nullable: '1+' }
    ),
    allowAutoTopicCreation: boolean('4+', { fallback: true }),
    includeClusterAuthorizedOperations: boolean('8-10'),
    includeTopicAuthorizedOperations: boolean('8+')
  },
  response: {
    throttleTimeMs: int32('3+', { ignorable: true }),
    brokers: array({
      nodeId: int32(),
      host: string(),
      port: int32(),
      rack: nullableString('1+', { ignorable: true })
    }),
    clusterId: nullableString('2+', { ignorable: true }),
    controllerId: int32('1+', { fallback: -1, ignorable: true }),
    topics: array({
      errorCode: int16(),
      name: nullableString('0+', { fallback: '', nullable: '12+' }),
      topicId: uuid('10+', { ignorable: true }),
      isInternal: boolean('1+', { ignorable: true }),
      partitions: array({
        errorCode: int16(),
        partitionIndex: int32(),
        leaderId: int32(),
        leaderEpoch: int32('7+', { fallback: -1, ignorable: true }),
        replicaNodes: array(int32()),
        isrNodes: array(int32()),
        offlineReplicas: array(int32(), '5+', { ignorable: true })
      }),
      topicAuthorizedOperations: int32('8+', { fallback: -2147483648 })
    }),
    clusterAuthorizedOperations: int32('8-10', { fallback: -2147483648 }),
    errorCode: int16('13+', { ignorable: true })
  }
})
