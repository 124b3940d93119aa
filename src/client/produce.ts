// Produce: finished batches to the leader of their partition.
import { produce as produceApi } from '../protocol/messages/produce.ts'
import { type BatchInit, buildBatch, type RecordInit } from '../records/build-batch.ts'
import type { Client } from './client.ts'
import type { Connection } from './connection.ts'
import {
  askLeaders,
  byTopic,
  type Outcome,
  outcomeOf,
  partitionKey,
  resultsOf,
  type TopicPartition
} from './leaders.ts'

export type Acks = -1 | 0 | 1

export interface BatchToProduce extends TopicPartition {
  readonly topicId: string
  readonly records: Buffer
}

export interface Appended {
  readonly baseOffset: number
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
}

export interface ProduceRequestOptions {
  readonly acks?: Acks
  readonly timeoutMs?: number
  readonly transactionalId?: string | null
}

/** One request. With acks 0 there is no answer: the outcomes say -1 for everything. */
export async function produceTo(
  connection: Connection,
  batches: readonly BatchToProduce[],
  options: ProduceRequestOptions = {}
): Promise<Outcome<Appended>[]> {
  const acks = options.acks ?? -1
  const version = connection.versionOf(produceApi)
  const timeoutMs = options.timeoutMs ?? 30_000
  const request = {
    transactionalId: options.transactionalId ?? null,
    acks,
    timeoutMs,
    topicData: [...byTopic(batches)].map(([name, ofTopic]) => ({
      name,
      topicId: ofTopic[0]!.topicId,
      partitionData: ofTopic.map(({ partition, records }) => ({ index: partition, records }))
    }))
  }
  if (acks === 0) {
    connection.send(produceApi, version, request)
    return batches.map(() => ({ result: { baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 } }))
  }
  const response = await connection.request(produceApi, version, request, timeoutMs + 5_000)
  const usesIds = version >= 13
  const answers = new Map(
    response.responses.flatMap((topic) =>
      topic.partitionResponses.map(
        (answer) => [partitionKey(usesIds ? topic.topicId : topic.name, answer.index), answer] as const
      )
    )
  )
  return batches.map(({ topic, topicId, partition }) => {
    const answer = answers.get(partitionKey(usesIds ? topicId : topic, partition))
    if (answer === undefined) throw new Error(`${connection.address} left ${topic}-${partition} out of its answer`)
    const detail = answer.recordErrors[0]?.batchIndexErrorMessage ?? answer.errorMessage
    const { baseOffset, logAppendTimeMs, logStartOffset } = answer
    return outcomeOf(
      answer.errorCode,
      `produce to ${topic}-${partition}`,
      () => ({ baseOffset, logAppendTimeMs, logStartOffset }),
      detail
    )
  })
}

export interface ProduceOptions extends ProduceRequestOptions, Omit<BatchInit, 'records'> {}

/** One batch to one partition; resolves when it is acknowledged. Creates the topic where the broker does so. */
export async function produce(
  client: Client,
  topic: string,
  partition: number,
  records: readonly RecordInit[] | Buffer,
  options: ProduceOptions = {}
): Promise<Appended> {
  const { topicId } = await client.retry(() => client.topic(topic, { autoCreate: true }))
  const batch = Buffer.isBuffer(records)
    ? records
    : buildBatch({ timestampMs: client.clock.nowMs(), ...options, records })
  const outcomes = await askLeaders(client, [{ topic, partition, topicId, records: batch }], (connection, items) =>
    produceTo(connection, items, options)
  )
  return resultsOf(outcomes)[0]!
}
