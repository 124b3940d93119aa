// WriteTxnMarkers: ends transactions in given partitions. Coordinators send it to other brokers; an administrator sends it
// to end a hanging transaction (KIP-664).
import type { Broker } from '../broker/broker.ts'
import { writeMarker } from '../broker/transaction-markers.ts'
import { ErrorCode } from '../error-codes.ts'
import { writeTxnMarkers } from '../protocol/messages/write-txn-markers.ts'
import type { RequestOf } from '../protocol/schema.ts'
import { handler } from './handler.ts'

type Marker = RequestOf<typeof writeTxnMarkers>['markers'][number]
/** Of one producer: topic, partition, error. */
type Errors = Map<string, Map<number, ErrorCode>>

export const writeTxnMarkersHandler = handler(writeTxnMarkers, {
  versions: '1-2',
  access: [
    { operation: 'ALTER', resource: 'CLUSTER' },
    { operation: 'CLUSTER_ACTION', resource: 'CLUSTER' }
  ],
  handle: ({ markers }, broker) =>
    answer(markers, (marker, topic, partition) => write(broker, marker, topic, partition)),
  errorResponse: (errorCode, _message, { markers }) => answer(markers, () => errorCode)
})

/** One entry a producer, however many markers it has. */
function answer(markers: readonly Marker[], errorOf: (marker: Marker, topic: string, partition: number) => ErrorCode) {
  const byProducer = new Map<number, Errors>()
  for (const marker of markers) {
    const errors: Errors = byProducer.get(marker.producerId) ?? new Map()
    byProducer.set(marker.producerId, errors)
    for (const { name, partitionIndexes } of marker.topics) {
      const ofTopic = errors.get(name) ?? new Map<number, ErrorCode>()
      errors.set(name, ofTopic)
      for (const index of partitionIndexes) ofTopic.set(index, errorOf(marker, name, index))
    }
  }
  return {
    markers: Array.from(byProducer, ([producerId, errors]) => ({
      producerId,
      topics: Array.from(errors, ([name, partitions]) => ({
        name,
        partitions: Array.from(partitions, ([partitionIndex, errorCode]) => ({ partitionIndex, errorCode }))
      }))
    }))
  }
}

function write(broker: Broker, marker: Marker, topic: string, partition: number): ErrorCode {
  // A partition without a working log is as good as none here.
  if (broker.partitions.get(topic, partition) === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  const { producerId, producerEpoch, coordinatorEpoch, transactionVersion, transactionResult } = marker
  const type = transactionResult ? 'COMMIT' : 'ABORT'
  const timestampMs = broker.clock.nowMs()
  const end = { type, producerId, producerEpoch, coordinatorEpoch, transactionVersion, timestampMs } as const
  return writeMarker(broker, topic, partition, end)
}
