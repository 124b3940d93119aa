// DeleteRecords (KIP-107): moves the log start offset; the segments go later. One replica, so there is nothing to wait for.
import type { Broker } from '../broker/broker.ts'
import type { Partition } from '../broker/partition.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import { isInternalTopic } from '../metadata/topic-name.ts'
import { deleteRecords } from '../protocol/messages/delete-records.ts'
import type { RequestOf } from '../protocol/schema.ts'
import { handler } from './handler.ts'

type PartitionRequest = RequestOf<typeof deleteRecords>['topics'][number]['partitions'][number]

/** "Everything there is now." */
const HIGH_WATERMARK = -1

export const deleteRecordsHandler = handler(deleteRecords, {
  versions: '0-2',
  access: [{ operation: 'DELETE', resource: 'TOPIC' }],
  handle: (request, broker) => ({
    topics: request.topics.map(({ name, partitions }) => {
      return { name, partitions: partitions.map((partition) => answer(broker, name, partition)) }
    })
  }),
  errorResponse: (errorCode, _message, request) => ({
    topics: request.topics.map(({ name, partitions }) => {
      return { name, partitions: partitions.map((partition) => failed(partition, errorCode)) }
    })
  })
})

function answer(broker: Broker, topic: string, wanted: PartitionRequest) {
  const { partitionIndex, offset } = wanted
  const partition = broker.partitions.get(topic, partitionIndex)
  if (partition === undefined) return failed(wanted, broker.partitions.whyMissing(topic, partitionIndex))
  if (isInternalTopic(topic)) return failed(wanted, ErrorCode.INVALID_TOPIC_EXCEPTION)
  if (isCompactedOnly(partition)) return failed(wanted, ErrorCode.POLICY_VIOLATION)
  const newStartOffset = offset === HIGH_WATERMARK ? partition.highWatermark : offset
  if (newStartOffset < 0 || newStartOffset > partition.highWatermark)
    return failed(wanted, ErrorCode.OFFSET_OUT_OF_RANGE)
  try {
    const lowWatermark = partition.deleteRecordsBefore(newStartOffset)
    return { partitionIndex, lowWatermark, errorCode: ErrorCode.NONE }
  } catch (error) {
    if (error instanceof KafkaError) return failed(wanted, error.code)
    throw error
  }
}

/** Compaction alone promises to keep the last record of every key. */
function isCompactedOnly({ log }: Partition): boolean {
  const { cleanupPolicy } = log.config
  return cleanupPolicy.has('compact') && !cleanupPolicy.has('delete')
}

const failed = ({ partitionIndex }: PartitionRequest, errorCode: ErrorCode) => ({
  partitionIndex,
  lowWatermark: -1,
  errorCode
})
