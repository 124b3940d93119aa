// One Fetch request without a session, and its answer by partition.
import { type ErrorName, errorName, KafkaError } from '../error-codes.ts'
import { fetch } from '../protocol/messages/fetch.ts'
import type { Connection } from './connection.ts'
import { byTopic, type TopicPartition } from './leaders.ts'
import { type IsolationLevel, isolationCode } from './list-offsets.ts'
import type { AbortedTransaction } from './visible-records.ts'

export interface FetchPosition extends TopicPartition {
  readonly topicId: string
  readonly offset: number
  readonly leaderEpoch?: number
}

export interface FetchLimits {
  readonly maxWaitMs?: number
  readonly minBytes?: number
  readonly maxBytes?: number
  readonly partitionMaxBytes?: number
  readonly isolation?: IsolationLevel
}

export interface FetchedPartition extends TopicPartition {
  readonly errorName: ErrorName
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStartOffset: number
  readonly abortedTransactions: readonly AbortedTransaction[] | null
  readonly records: Buffer
}

const NO_RECORDS = Buffer.alloc(0)
/** Sessionless: every request names all its partitions. */
const NO_SESSION = { sessionId: 0, sessionEpoch: -1 }

export async function fetchFrom(
  connection: Connection,
  positions: readonly FetchPosition[],
  limits: FetchLimits = {}
): Promise<FetchedPartition[]> {
  const { maxWaitMs = 500, minBytes = 1, maxBytes = 50 * 1024 * 1024, partitionMaxBytes = 1024 * 1024 } = limits
  const version = connection.versionOf(fetch)
  const request = {
    ...NO_SESSION,
    replicaId: -1,
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel: isolationCode(limits.isolation),
    topics: [...byTopic(positions)].map(([topic, ofTopic]) => ({
      topic,
      topicId: ofTopic[0].topicId,
      partitions: ofTopic.map(({ partition, offset, leaderEpoch = -1 }) => ({
        partition,
        fetchOffset: offset,
        currentLeaderEpoch: leaderEpoch,
        partitionMaxBytes
      }))
    }))
  }
  const response = await connection.request(fetch, version, request, maxWaitMs + 30_000)
  if (response.errorCode !== 0) {
    const name = errorName(response.errorCode)
    throw new KafkaError(name, `fetch from ${connection.address}: ${name}`)
  }
  const nameById = new Map(positions.map(({ topic, topicId }) => [topicId, topic]))
  const topicOf = (answer: { topic: string; topicId: string }) =>
    version < 13 ? answer.topic : (nameById.get(answer.topicId) ?? answer.topicId)
  return response.responses.flatMap((answer) =>
    answer.partitions.map((partition) => ({
      topic: topicOf(answer),
      partition: partition.partitionIndex,
      errorName: errorName(partition.errorCode),
      highWatermark: partition.highWatermark,
      lastStableOffset: partition.lastStableOffset,
      logStartOffset: partition.logStartOffset,
      abortedTransactions: partition.abortedTransactions,
      records: partition.records ?? NO_RECORDS
    }))
  )
}
