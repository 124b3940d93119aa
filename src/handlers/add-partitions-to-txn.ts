// AddPartitionsToTxn: from clients up to version 3, for one transaction; from brokers since then, for many, and to verify.
import type { Broker } from '../broker/broker.ts'
import type { TopicPartition } from '../coordinators/transaction/transaction-partitions.ts'
import { ErrorCode } from '../error-codes.ts'
import { addPartitionsToTxn } from '../protocol/messages/add-partitions-to-txn.ts'
import type { RequestOf, ResponseInitOf } from '../protocol/schema.ts'
import { fencedError } from './fenced-error.ts'
import { handler } from './handler.ts'

type Request = RequestOf<typeof addPartitionsToTxn>
type Transaction = Omit<Request['transactions'][number], 'verifyOnly'>
type TopicResults = NonNullable<ResponseInitOf<typeof addPartitionsToTxn>['resultsByTopicV3AndBelow']>

/** From here on brokers ask, in batches. */
const BATCHED_VERSION = 4

export const addPartitionsToTxnHandler = handler(addPartitionsToTxn, {
  versions: '0-5',
  access: [
    { operation: 'CLUSTER_ACTION', resource: 'CLUSTER' },
    { operation: 'WRITE', resource: 'TRANSACTIONAL_ID' },
    { operation: 'WRITE', resource: 'TOPIC' }
  ],
  handle(request, broker, { apiVersion }) {
    if (apiVersion < BATCHED_VERSION) {
      return { resultsByTopicV3AndBelow: results(broker, ofClient(request), false, apiVersion) }
    }
    return {
      resultsByTransaction: request.transactions.map((transaction) => ({
        transactionalId: transaction.transactionalId,
        topicResults: results(broker, transaction, transaction.verifyOnly, apiVersion)
      }))
    }
  },
  errorResponse(errorCode, _message, request, apiVersion) {
    if (apiVersion >= BATCHED_VERSION) return { errorCode }
    return { resultsByTopicV3AndBelow: byTopic(ofClient(request), () => errorCode) }
  }
})

const ofClient = (request: Request): Transaction => ({
  transactionalId: request.v3AndBelowTransactionalId,
  producerId: request.v3AndBelowProducerId,
  producerEpoch: request.v3AndBelowProducerEpoch,
  topics: request.v3AndBelowTopics
})

function byTopic({ topics }: Transaction, errorOf: (partition: TopicPartition) => ErrorCode): TopicResults {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: errorOf({ topic: name, partition: partitionIndex })
    }))
  }))
}

function results(broker: Broker, transaction: Transaction, verifyOnly: boolean, apiVersion: number): TopicResults {
  const { transactionalId, producerId, producerEpoch } = transaction
  const partitions = transaction.topics.flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({ topic: name, partition }))
  )
  const exists = ({ topic, partition }: TopicPartition): boolean =>
    broker.metadata.image.topic(topic)?.partitions[partition] !== undefined
  // All or nothing: the partitions that are there are not added when another is missing.
  if (!partitions.every(exists)) {
    return byTopic(transaction, (partition) =>
      exists(partition) ? ErrorCode.OPERATION_NOT_ATTEMPTED : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    )
  }
  const request = { transactionalId, producerId, producerEpoch, partitions }
  if (verifyOnly) {
    const errors = broker.transactions.verifyPartitions(request)
    let next = 0
    return byTopic(transaction, () => errors[next++])
  }
  const errorCode = broker.transactions.addPartitions(request, apiVersion >= BATCHED_VERSION ? 2 : 0)
  return byTopic(transaction, () => fencedError(errorCode, apiVersion >= 2))
}
