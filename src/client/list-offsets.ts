// Offsets by timestamp, with the special timestamps of ListOffsets.
import { listOffsets } from '../protocol/messages/list-offsets.ts'
import type { Client } from './client.ts'
import type { Connection } from './connection.ts'
import { askLeaders, byTopic, type Outcome, outcomeOf, partitionKey, type TopicPartition } from './leaders.ts'

export const LATEST_TIMESTAMP = -1
export const EARLIEST_TIMESTAMP = -2
/** Offset of the record with the greatest timestamp, KIP-734. */
export const MAX_TIMESTAMP = -3

export type IsolationLevel = 'read_uncommitted' | 'read_committed'
export const isolationCode = (level: IsolationLevel = 'read_uncommitted'): number =>
  level === 'read_committed' ? 1 : 0

export interface OffsetQuery extends TopicPartition {
  readonly timestampMs: number
}

export interface FoundOffset extends TopicPartition {
  /** -1: no record at or after the timestamp. */
  readonly offset: number
  readonly timestampMs: number
  readonly leaderEpoch: number
}

/** One outcome per query, in order. Each partition at most once: the broker refuses one that is named twice. */
export async function offsetsFor(
  client: Client,
  queries: readonly OffsetQuery[],
  isolation?: IsolationLevel
): Promise<Outcome<FoundOffset>[]> {
  return askLeaders(client, queries, (connection, items) => ask(connection, items, isolationCode(isolation)))
}

async function ask(connection: Connection, items: readonly OffsetQuery[], isolationLevel: number) {
  const response = await connection.call(listOffsets, {
    replicaId: -1,
    isolationLevel,
    topics: [...byTopic(items)].map(([name, partitions]) => ({
      name,
      partitions: partitions.map(({ partition, timestampMs }) => ({
        partitionIndex: partition,
        timestamp: timestampMs
      }))
    }))
  })
  const answers = new Map(
    response.topics.flatMap(({ name, partitions }) =>
      partitions.map((answer) => [partitionKey(name, answer.partitionIndex), answer] as const)
    )
  )
  return items.map(({ topic, partition }) => {
    const answer = answers.get(partitionKey(topic, partition))
    if (answer === undefined) throw new Error(`${connection.address} left ${topic}-${partition} out of its answer`)
    const { offset, timestamp: timestampMs, leaderEpoch, errorCode } = answer
    return outcomeOf(errorCode, `offsets of ${topic}-${partition}`, () => ({
      topic,
      partition,
      offset,
      timestampMs,
      leaderEpoch
    }))
  })
}
