// ListOffsets: the offset at a time, or at one of the special timestamps.
import type { Broker } from '../broker/broker.ts'
import type { Partition } from '../broker/partition.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import type { RequestOf, ResponseInitOf } from '../protocol/schema.ts'
import { handler } from './handler.ts'

type Request = RequestOf<typeof listOffsets>
type PartitionRequest = Request['topics'][number]['partitions'][number]
type TopicAnswer = NonNullable<ResponseInitOf<typeof listOffsets>['topics']>[number]
type PartitionAnswer = NonNullable<TopicAnswer['partitions']>[number]

const LATEST = -1
const EARLIEST = -2
const MAX_TIMESTAMP = -3
const EARLIEST_LOCAL = -4
const LATEST_TIERED = -5
const EARLIEST_PENDING_UPLOAD = -6

/** The first version in which each special timestamp means something (KIP-734, KIP-405, KIP-1005, KIP-1023). */
const FIRST_VERSION = new Map([
  [LATEST, 1],
  [EARLIEST, 1],
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
  [EARLIEST_PENDING_UPLOAD, 11]
])

const CONSUMER = -1
const READ_COMMITTED = 1
const UNKNOWN = { timestamp: -1, offset: -1, leaderEpoch: -1 }

export const listOffsetsHandler = handler(listOffsets, {
  versions: '1-11',
  access: [{ operation: 'DESCRIBE', resource: 'TOPIC' }],
  handle(request, broker, { apiVersion }) {
    const topics = request.topics.map(({ name, partitions }): TopicAnswer => {
      return { name, partitions: partitions.map((wanted) => answer(broker, request, name, wanted, apiVersion)) }
    })
    return { topics: hasDuplicates(request) ? refuseDuplicates(topics) : topics }
  },
  errorResponse: (errorCode, _message, request) => ({
    topics: request.topics.map(({ name, partitions }) => {
      return { name, partitions: partitions.map((partition) => failed(partition, errorCode)) }
    })
  })
})

function answer(
  broker: Broker,
  request: Request,
  topic: string,
  wanted: PartitionRequest,
  apiVersion: number
): PartitionAnswer {
  if (wanted.timestamp < 0 && apiVersion < (FIRST_VERSION.get(wanted.timestamp) ?? Number.POSITIVE_INFINITY)) {
    return failed(wanted, ErrorCode.UNSUPPORTED_VERSION)
  }
  const partition = broker.partitions.get(topic, wanted.partitionIndex)
  if (partition === undefined) return failed(wanted, broker.partitions.whyMissing(topic, wanted.partitionIndex))
  const epochError = partition.checkLeaderEpoch(wanted.currentLeaderEpoch)
  if (epochError !== ErrorCode.NONE) return failed(wanted, epochError)
  try {
    const found = lookUp(partition, wanted.timestamp, endOffset(partition, request))
    // Before v4 there is no place for the epoch, and a codec refuses to drop what is not its fallback.
    const answer = apiVersion < 4 ? { ...found, leaderEpoch: UNKNOWN.leaderEpoch } : found
    return { partitionIndex: wanted.partitionIndex, errorCode: ErrorCode.NONE, ...answer }
  } catch (error) {
    if (error instanceof KafkaError) return failed(wanted, error.code)
    throw error
  }
}

/** Up to where this client may read. */
function endOffset(partition: Partition, { replicaId, isolationLevel }: Request): number {
  const isCommittedOnly = replicaId === CONSUMER && isolationLevel === READ_COMMITTED
  return isCommittedOnly ? partition.log.lastStableOffset : partition.highWatermark
}

function lookUp({ log, leaderEpoch }: Partition, timestamp: number, endOffset: number): typeof UNKNOWN {
  switch (timestamp) {
    case LATEST:
      return { timestamp: -1, offset: endOffset, leaderEpoch }
    case EARLIEST:
    case EARLIEST_LOCAL:
      return { timestamp: -1, offset: log.logStartOffset, leaderEpoch: log.leaderEpochOf(log.logStartOffset) ?? -1 }
    case LATEST_TIERED:
    case EARLIEST_PENDING_UPLOAD:
      // There is no tier.
      return { ...UNKNOWN }
    default: {
      const found = timestamp === MAX_TIMESTAMP ? log.maxTimestampOffset() : log.offsetForTimestamp(timestamp)
      if (found === undefined || found.offset >= endOffset) return { ...UNKNOWN }
      return { timestamp: found.timestampMs, offset: found.offset, leaderEpoch: found.leaderEpoch }
    }
  }
}

const failed = ({ partitionIndex }: PartitionRequest, errorCode: ErrorCode): PartitionAnswer => ({
  partitionIndex,
  errorCode,
  ...UNKNOWN
})

function hasDuplicates({ topics }: Request): boolean {
  if (topics.length === 1 && topics[0].partitions.length === 1) return false
  if (new Set(topics.map(({ name }) => name)).size < topics.length) return true
  return topics.some(({ partitions }) => new Set(partitions.map((p) => p.partitionIndex)).size < partitions.length)
}

/** A topic named twice is one topic; a partition named twice is answered once, with an error. */
function refuseDuplicates(topics: readonly TopicAnswer[]): TopicAnswer[] {
  const merged = new Map<string, Map<number, PartitionAnswer>>()
  for (const { name, partitions } of topics) {
    const ofTopic = merged.get(name!) ?? new Map<number, PartitionAnswer>()
    merged.set(name!, ofTopic)
    for (const partition of partitions!) {
      const index = partition.partitionIndex!
      const isDuplicate = ofTopic.has(index)
      ofTopic.set(
        index,
        isDuplicate ? { partitionIndex: index, errorCode: ErrorCode.INVALID_REQUEST, ...UNKNOWN } : partition
      )
    }
  }
  return Array.from(merged, ([name, partitions]) => ({ name, partitions: [...partitions.values()] }))
}
