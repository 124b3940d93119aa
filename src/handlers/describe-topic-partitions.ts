// DescribeTopicPartitions (KIP-966): topics in the order of their names, in pages of partitions.
import { ErrorCode, KafkaError } from '../error-codes.ts'
import type { ClusterImage, PartitionImage } from '../metadata/cluster-image.ts'
import { isInternalTopic, topicNameError } from '../metadata/topic-name.ts'
import { describeTopicPartitions } from '../protocol/messages/describe-topic-partitions.ts'
import type { RequestOf, ResponseInitOf } from '../protocol/schema.ts'
import { topicOperations } from './authorized-operations.ts'
import { handler } from './handler.ts'

type Request = RequestOf<typeof describeTopicPartitions>
type Response = ResponseInitOf<typeof describeTopicPartitions>
type Topic = NonNullable<Response['topics']>[number]

export const describeTopicPartitionsHandler = handler(describeTopicPartitions, {
  versions: '0',
  access: [{ operation: 'DESCRIBE', resource: 'TOPIC' }],
  handle(request, broker) {
    const { image } = broker.metadata
    const names = namesFromCursor(request, image)
    const limit = Math.min(broker.config.int('max.request.partition.size.limit'), request.responsePartitionLimit)
    return page(names, request, image, Math.max(limit, 1))
  },
  errorResponse: (errorCode, _message, { topics }) => ({ topics: topics.map(({ name }) => ({ name, errorCode })) })
})

function namesFromCursor({ topics, cursor }: Request, image: ClusterImage): string[] {
  const isAll = topics.length === 0
  const all = isAll ? Array.from(image.topics(), ({ name }) => name) : topics.map(({ name }) => name)
  const from = cursor?.topicName ?? ''
  const names = new Set(all.filter((name) => name >= from))
  if (!isAll && cursor !== null && !names.has(from)) {
    const message = `DescribeTopicPartitionsRequest topic list should contain the cursor topic: ${from}`
    throw new KafkaError('INVALID_REQUEST', message)
  }
  if (cursor !== null && cursor.partitionIndex < 0) {
    const text = `Cursor(topicName='${from}', partitionIndex=${cursor.partitionIndex})`
    throw new KafkaError('INVALID_REQUEST', `DescribeTopicPartitionsRequest cursor partition must be valid: ${text}`)
  }
  return [...names].sort()
}

function page(names: readonly string[], { topics, cursor }: Request, image: ClusterImage, limit: number): Response {
  const answers: Topic[] = []
  let left = limit
  for (const name of names) {
    if (left === 0) return { topics: answers, nextCursor: { topicName: name, partitionIndex: 0 } }
    const topic = image.topic(name)
    if (topic === undefined) {
      if (topics.length > 0) answers.push(missingTopic(name))
      continue
    }
    const first = cursor?.topicName === name ? cursor.partitionIndex : 0
    const partitions = topic.partitions.slice(first, first + left)
    answers.push({
      name,
      topicId: topic.topicId,
      isInternal: isInternalTopic(name),
      partitions: partitions.map((partition) => describePartition(image, partition)),
      topicAuthorizedOperations: topicOperations
    })
    left -= partitions.length
    const next = first + partitions.length
    if (next < topic.partitions.length) {
      return { topics: answers, nextCursor: { topicName: name, partitionIndex: next } }
    }
  }
  return { topics: answers }
}

function missingTopic(name: string): Topic {
  const isValid = topicNameError(name) === undefined
  return {
    errorCode: isValid ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION,
    name,
    isInternal: isInternalTopic(name),
    topicAuthorizedOperations: topicOperations
  }
}

function describePartition(image: ClusterImage, partition: PartitionImage) {
  const isAlive = (brokerId: number) => image.broker(brokerId)?.fenced === false
  const hasLeader = isAlive(partition.leader)
  return {
    errorCode: hasLeader ? ErrorCode.NONE : ErrorCode.LEADER_NOT_AVAILABLE,
    partitionIndex: partition.partition,
    leaderId: hasLeader ? partition.leader : -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: partition.replicas,
    isrNodes: partition.isr,
    eligibleLeaderReplicas: partition.eligibleLeaderReplicas,
    lastKnownElr: partition.lastKnownElr,
    offlineReplicas: partition.replicas.filter((replica) => !isAlive(replica))
  }
}
