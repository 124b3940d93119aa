// Metadata: who the brokers are and where each partition lives. A topic that is created because of the request is whole
// in the very answer: partitions, leaders, logs.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import type { ClusterImage, PartitionImage, TopicImage } from '../metadata/cluster-image.ts'
import { isInternalTopic, topicNameError } from '../metadata/topic-name.ts'
import { metadata } from '../protocol/messages/metadata.ts'
import type { RequestOf, ResponseInitOf } from '../protocol/schema.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { clusterOperations, OPERATIONS_OMITTED, topicOperations } from './authorized-operations.ts'
import { autoCreateTopics } from './auto-create-topics.ts'
import { handler, type RequestContext } from './handler.ts'

type Request = RequestOf<typeof metadata>
type Topic = NonNullable<ResponseInitOf<typeof metadata>['topics']>[number]
type Partition = NonNullable<Topic['partitions']>[number]

export const metadataHandler = handler(metadata, {
  versions: '0-13',
  access: [
    { operation: 'DESCRIBE', resource: 'TOPIC' },
    { operation: 'CREATE', resource: 'CLUSTER' },
    { operation: 'CREATE', resource: 'TOPIC' }
  ],
  handle(request, broker, context) {
    checkTopicFields(request, context.apiVersion)
    const isAll = isAllTopics(request, context.apiVersion)
    if (isAll) return answer(request, broker, context, allTopics(broker, context.apiVersion))
    const missing = namedTopics(request).filter((name) => broker.metadata.image.topic(name) === undefined)
    const mayCreate = request.allowAutoTopicCreation && broker.config.boolean('auto.create.topics.enable')
    if (missing.length === 0 || !mayCreate) {
      return answer(request, broker, context, requestedTopics(request, broker, context.apiVersion, new Map()))
    }
    const creation = autoCreateTopics(broker, missing, context.clientId)
    return creation.then((errors) => {
      return answer(request, broker, context, requestedTopics(request, broker, context.apiVersion, errors))
    })
  },
  errorResponse: (errorCode, _message, { topics }) => ({
    errorCode,
    topics: (topics ?? []).map(({ name, topicId }) => ({ errorCode, name: name ?? '', topicId }))
  })
})

/** Version 10 and 11 have the fields but not the meaning (KIP-516). */
function checkTopicFields({ topics }: Request, version: number): void {
  if (version >= 12) return
  for (const { name, topicId } of topics ?? []) {
    if (name === null) throw new KafkaError('INVALID_REQUEST', `Topic name can not be null for version ${version}`)
    if (topicId !== ZERO_UUID) {
      throw new KafkaError('INVALID_REQUEST', `Topic IDs are not supported in requests for version ${version}`)
    }
  }
}

/** Version 0 has no null: there an empty list asks for all topics. */
function isAllTopics({ topics }: Request, version: number): boolean {
  return topics === null || (version === 0 && topics.length === 0)
}

const byId = ({ topics }: Request): boolean => (topics ?? []).some(({ topicId }) => topicId !== ZERO_UUID)

/** Each name once. A request that names any topic by id is about ids only. */
function namedTopics(request: Request): string[] {
  if (byId(request)) return []
  return [...new Set((request.topics ?? []).map(({ name }) => name ?? ''))]
}

function answer(request: Request, broker: Broker, context: RequestContext, topics: Topic[]) {
  const version = context.apiVersion
  const { host, port } = context.advertised
  if (request.includeTopicAuthorizedOperations) {
    for (const topic of topics) topic.topicAuthorizedOperations = topicOperations
  }
  const withCluster = version <= 10 && request.includeClusterAuthorizedOperations
  return {
    brokers: [{ nodeId: broker.nodeId, host, port, rack: broker.rack }],
    clusterId: broker.clusterId,
    controllerId: broker.nodeId,
    topics,
    // The field ends with version 10: DescribeCluster took it over (KIP-700).
    ...(version >= 8 && version <= 10
      ? { clusterAuthorizedOperations: withCluster ? clusterOperations : OPERATIONS_OMITTED }
      : {})
  }
}

function allTopics({ metadata: { image } }: Broker, version: number): Topic[] {
  return Array.from(image.topics(), (topic) => describeTopic(image, topic, version))
}

function requestedTopics(
  request: Request,
  { metadata: { image } }: Broker,
  version: number,
  errors: ReadonlyMap<string, ErrorCode>
): Topic[] {
  if (byId(request)) {
    const ids = new Set((request.topics ?? []).map(({ topicId }) => topicId).filter((id) => id !== ZERO_UUID))
    return Array.from(ids, (id) => {
      const topic = image.topicById(id)
      if (topic !== undefined) return describeTopic(image, topic, version)
      return { errorCode: ErrorCode.UNKNOWN_TOPIC_ID, name: null, topicId: id }
    })
  }
  return namedTopics(request).map((name) => {
    const topic = image.topic(name)
    return topic === undefined ? missingTopic(name, errors.get(name)) : describeTopic(image, topic, version)
  })
}

function missingTopic(name: string, error: ErrorCode | undefined): Topic {
  const isInvalid = topicNameError(name) !== undefined
  const errorCode = error ?? (isInvalid ? ErrorCode.INVALID_TOPIC_EXCEPTION : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  return { errorCode, name, isInternal: isInternalTopic(name) }
}

function describeTopic(image: ClusterImage, topic: TopicImage, version: number): Topic {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.topicId,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((partition) => describePartition(image, partition, version))
  }
}

function describePartition(image: ClusterImage, partition: PartitionImage, version: number): Partition {
  const { leader, leaderEpoch, replicas, isr } = partition
  const isAlive = (brokerId: number) => image.broker(brokerId)?.fenced === false
  const hasLeader = isAlive(leader)
  const offlineReplicas = hasLeader && replicas.length === 1 ? [] : replicas.filter((replica) => !isAlive(replica))
  // Version 0 leaves dead replicas out and says so by an error.
  const hidesDead = version === 0
  const isIncomplete = hidesDead && (offlineReplicas.length > 0 || isr.some((replica) => !isAlive(replica)))
  const found = isIncomplete ? ErrorCode.REPLICA_NOT_AVAILABLE : ErrorCode.NONE
  return {
    errorCode: hasLeader ? found : ErrorCode.LEADER_NOT_AVAILABLE,
    partitionIndex: partition.partition,
    leaderId: hasLeader ? leader : -1,
    leaderEpoch,
    replicaNodes: hidesDead ? replicas.filter(isAlive) : replicas,
    isrNodes: hidesDead ? isr.filter(isAlive) : isr,
    offlineReplicas
  }
}
