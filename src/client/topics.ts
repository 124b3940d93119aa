// Topics: create, delete, add partitions, delete records.
import { type ErrorName, errorName, KafkaError } from '../error-codes.ts'
import { createPartitions as createPartitionsApi } from '../protocol/messages/create-partitions.ts'
import { createTopics as createTopicsApi } from '../protocol/messages/create-topics.ts'
import { deleteRecords as deleteRecordsApi } from '../protocol/messages/delete-records.ts'
import { deleteTopics as deleteTopicsApi } from '../protocol/messages/delete-topics.ts'
import type { Client } from './client.ts'
import { topicError } from './client.ts'
import { askLeaders, byTopic, type Outcome, outcomeOf, partitionKey, type TopicPartition } from './leaders.ts'

export interface TopicSpec {
  readonly name: string
  /** The broker's default when absent. */
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly configs?: Readonly<Record<string, string>>
}

export interface CreatedTopic {
  readonly name: string
  readonly topicId: string
  readonly partitions: number
  readonly replicationFactor: number
}

const DEFAULT_BY_BROKER = -1

function failure(code: number, message: string | null, what: string): KafkaError {
  const name = errorName(code)
  return new KafkaError(name, message ? `${what}: ${message} (${name})` : `${what}: ${name}`)
}

/** One outcome per topic, in order. */
export async function createTopics(
  client: Client,
  specs: readonly TopicSpec[],
  options: { validateOnly?: boolean } = {}
): Promise<Outcome<CreatedTopic>[]> {
  return client.retry(async () => {
    const connection = await client.controller()
    const response = await connection.call(createTopicsApi, {
      topics: specs.map(({ name, partitions, replicationFactor, configs }) => ({
        name,
        numPartitions: partitions ?? DEFAULT_BY_BROKER,
        replicationFactor: replicationFactor ?? DEFAULT_BY_BROKER,
        configs: Object.entries(configs ?? {}).map(([key, value]) => ({ name: key, value }))
      })),
      timeoutMs: client.requestTimeoutMs,
      validateOnly: options.validateOnly ?? false
    })
    const byName = new Map(response.topics.map((topic) => [topic.name, topic]))
    return specs.map(({ name }) => {
      const topic = byName.get(name)!
      const { topicId, errorCode, errorMessage, numPartitions: partitions, replicationFactor } = topic
      if (errorName(errorCode) === 'NOT_CONTROLLER') throw failure(errorCode, errorMessage, `topic '${name}'`)
      if (errorCode !== 0) return { error: failure(errorCode, errorMessage, `topic '${name}' was not created`) }
      return { result: { name, topicId, partitions, replicationFactor } }
    })
  })
}

export async function deleteTopics(client: Client, names: readonly string[]): Promise<Outcome<void>[]> {
  return client.retry(async () => {
    const connection = await client.controller()
    const response = await connection.call(deleteTopicsApi, {
      ...(connection.versionOf(deleteTopicsApi) < 6
        ? { topicNames: names }
        : { topics: names.map((name) => ({ name })) }),
      timeoutMs: client.requestTimeoutMs
    })
    client.forget()
    const byName = new Map(response.responses.map((answer) => [answer.name, answer]))
    return names.map((name) => {
      const { errorCode, errorMessage } = byName.get(name)!
      if (errorCode === 0) return { result: undefined }
      if (errorName(errorCode) === 'NOT_CONTROLLER') throw failure(errorCode, errorMessage, `topic '${name}'`)
      if (errorName(errorCode) === 'UNKNOWN_TOPIC_OR_PARTITION')
        return { error: topicError(errorName(errorCode), name) }
      return { error: failure(errorCode, errorMessage, `topic '${name}' was not deleted`) }
    })
  })
}

/** Raises the number of partitions to `count`. */
export async function createPartitions(
  client: Client,
  name: string,
  count: number,
  options: { validateOnly?: boolean } = {}
): Promise<void> {
  await client.retry(async () => {
    const connection = await client.controller()
    const { results } = await connection.call(createPartitionsApi, {
      topics: [{ name, count, assignments: null }],
      timeoutMs: client.requestTimeoutMs,
      validateOnly: options.validateOnly ?? false
    })
    client.forget()
    const [{ errorCode, errorMessage }] = results
    if (errorCode !== 0) throw failure(errorCode, errorMessage, `topic '${name}' got no partitions`)
  })
}

export interface DeleteRecordsTarget extends TopicPartition {
  /** First offset that stays; -1 for the end. */
  readonly beforeOffset: number
}

// The response has no room for a message.
const ADVICE: Partial<Record<ErrorName, string>> = {
  POLICY_VIOLATION: "only a topic with 'delete' in its cleanup.policy can be trimmed",
  OFFSET_OUT_OF_RANGE: 'the offset is behind the end'
}

/** The new log start offsets, one outcome per target. */
export async function deleteRecords(
  client: Client,
  targets: readonly DeleteRecordsTarget[]
): Promise<Outcome<number>[]> {
  return askLeaders(client, targets, async (connection, items) => {
    const response = await connection.call(deleteRecordsApi, {
      topics: [...byTopic(items)].map(([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition, beforeOffset }) => ({ partitionIndex: partition, offset: beforeOffset }))
      })),
      timeoutMs: client.requestTimeoutMs
    })
    const answers = new Map(
      response.topics.flatMap(({ name, partitions }) =>
        partitions.map((answer) => [partitionKey(name, answer.partitionIndex), answer] as const)
      )
    )
    return items.map(({ topic, partition }) => {
      const { errorCode, lowWatermark } = answers.get(partitionKey(topic, partition))!
      const advice = ADVICE[errorName(errorCode)]
      return outcomeOf(errorCode, `records of ${topic}-${partition}`, () => lowWatermark, advice)
    })
  })
}
