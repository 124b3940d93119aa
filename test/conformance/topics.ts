// Topics for the tests: created, and known to the target's metadata, before a test goes on.
import { errorName } from '../../src/error-codes.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { listOffsets } from '../../src/protocol/messages/list-offsets.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import type { ResponseOf } from '../../src/protocol/schema.ts'
import { uniqueName } from './target.ts'
import { eventually, request } from './wire.ts'

export interface Topic {
  name: string
  topicId: string
}

export interface TopicOptions {
  name?: string
  partitions?: number
  configs?: Readonly<Record<string, string>>
}

export type TopicMetadata = ResponseOf<typeof metadata>['topics'][number]

export const UNKNOWN_TOPIC_ID = 'bm9ib2R5LW1hZGUtdGhpcw'

export const configEntries = (configs: Readonly<Record<string, string>>) =>
  Object.entries(configs).map(([name, value]) => ({ name, value }))

export async function createTopic(options: TopicOptions = {}): Promise<Topic> {
  const name = options.name ?? uniqueName('topic')
  const configs = configEntries(options.configs ?? {})
  const topics = [{ name, numPartitions: options.partitions ?? 1, replicationFactor: 1, configs }]
  const response = await request(createTopics, 7, { topics, timeoutMs: 15_000 })
  const [created] = response.topics
  if (created.errorCode !== 0) throw new Error(`${name}: ${errorName(created.errorCode)} ${created.errorMessage}`)
  await topicReady(name)
  return { name, topicId: created.topicId }
}

/** Metadata of one topic without creating it. */
export async function describeTopic(name: string): Promise<TopicMetadata> {
  const response = await request(metadata, 12, { topics: [{ name }], allowAutoTopicCreation: false })
  return response.topics[0]
}

/** Waits until every partition has a leader that serves it: Apache Kafka shows a leader before that. */
export function topicReady(name: string, partitions = 1): Promise<TopicMetadata> {
  return eventually(async () => {
    const topic = await describeTopic(name)
    const isKnown = topic.errorCode === 0 && topic.partitions.length >= partitions
    return isKnown && (await isServed(topic)) ? topic : undefined
  }, `topic ${name} is served`)
}

async function isServed({ name, partitions }: TopicMetadata): Promise<boolean> {
  const LATEST = -1
  const asked = partitions.map(({ partitionIndex }) => ({ partitionIndex, timestamp: LATEST }))
  const response = await request(listOffsets, 9, { replicaId: -1, topics: [{ name: name ?? '', partitions: asked }] })
  return response.topics[0].partitions.every(({ errorCode }) => errorCode === 0)
}

export function topicGone(name: string): Promise<true> {
  return eventually(async () => {
    const topic = await describeTopic(name)
    return errorName(topic.errorCode) === 'UNKNOWN_TOPIC_OR_PARTITION' ? true : undefined
  }, `topic ${name} is gone`)
}

let nodeId: number | undefined

/** The node id of the one broker. */
export async function brokerId(): Promise<number> {
  nodeId ??= (await request(metadata, 12, { topics: [] })).brokers[0].nodeId
  return nodeId
}
