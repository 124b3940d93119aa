// DescribeProducers (KIP-664): the producers that a partition knows, to find hanging transactions.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { topicNameError } from '../metadata/topic-name.ts'
import { describeProducers } from '../protocol/messages/describe-producers.ts'
import { handler } from './handler.ts'

export const describeProducersHandler = handler(describeProducers, {
  versions: '0',
  access: [{ operation: 'READ', resource: 'TOPIC' }],
  handle: (request, broker) => ({
    topics: request.topics.map(({ name, partitionIndexes }) => {
      return { name, partitions: partitionIndexes.map((index) => answer(broker, name, index)) }
    })
  }),
  errorResponse: (errorCode, _message, request) => ({
    topics: request.topics.map(({ name, partitionIndexes }) => {
      return { name, partitions: partitionIndexes.map((index) => failed(index, errorCode, null)) }
    })
  })
})

function answer(broker: Broker, topic: string, partitionIndex: number) {
  const nameError = topicNameError(topic)
  if (nameError !== undefined) return failed(partitionIndex, ErrorCode.INVALID_TOPIC_EXCEPTION, nameError)
  const partition = broker.partitions.get(topic, partitionIndex)
  if (partition === undefined) {
    const isKnown = broker.partitions.topic(topic) !== undefined
    const message = isKnown ? null : 'This server does not host this topic-partition.'
    return failed(partitionIndex, broker.partitions.whyMissing(topic, partitionIndex), message)
  }
  const activeProducers = partition.log.producers().map((producer) => ({
    producerId: producer.producerId,
    producerEpoch: producer.producerEpoch,
    lastSequence: producer.lastSequence,
    lastTimestamp: producer.lastTimestampMs,
    coordinatorEpoch: producer.coordinatorEpoch,
    currentTxnStartOffset: producer.currentTransactionFirstOffset
  }))
  return { partitionIndex, errorCode: ErrorCode.NONE, errorMessage: null, activeProducers }
}

const failed = (partitionIndex: number, errorCode: ErrorCode, errorMessage: string | null) => ({
  partitionIndex,
  errorCode,
  errorMessage,
  activeProducers: []
})
