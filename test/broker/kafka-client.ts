// The requests of kafka-requests.ts over a connection, and everything a broker holds as one plain value to compare.
import { Connection } from '../../src/client/connection.ts'
import { KafkaError } from '../../src/error-codes.ts'
import { describeConfigs } from '../../src/protocol/messages/describe-configs.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { listOffsets } from '../../src/protocol/messages/list-offsets.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import type { AnyApi, RequestInitOf, ResponseOf } from '../../src/protocol/schema.ts'
import { allRecords } from '../../src/records/iterate.ts'
import { check, KafkaRequests } from './kafka-requests.ts'

const TOPIC = 2
const DYNAMIC_TOPIC_CONFIG = 1
const [LATEST, EARLIEST] = [-1, -2]
const FETCH_BYTES = 1024 * 1024

/** A broker that just started, or makes its internal topics, asks its clients to wait. */
async function patiently<T>(action: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await action()
    } catch (error) {
      if (!(error instanceof KafkaError && error.errorName.includes('COORDINATOR')) || tries === 100) throw error
      await new Promise((done) => setTimeout(done, 100))
    }
  }
}

export interface PartitionContents {
  start: number
  end: number
  /** offset, time, key, value, headers */
  records: string[]
}

export interface TopicContents {
  topicId: string
  configs: Record<string, string | null>
  partitions: PartitionContents[]
}

export class KafkaClient extends KafkaRequests {
  readonly #connection: Connection

  private constructor(connection: Connection) {
    super()
    this.#connection = connection
  }

  static async connect({ host, port }: { host: string; port: number }): Promise<KafkaClient> {
    return new KafkaClient(await Connection.connect({ host, port }))
  }

  close(): void {
    this.#connection.close()
  }

  override ask<A extends AnyApi>(api: A, apiVersion: number, request: RequestInitOf<A>): Promise<ResponseOf<A>> {
    return this.#connection.request(api, apiVersion, request)
  }

  override newProducerId(): Promise<number> {
    return patiently(() => super.newProducerId())
  }

  override commit(groupId: string, topic: string, partition: number, offset: number): Promise<void> {
    return patiently(() => super.commit(groupId, topic, partition, offset))
  }

  override committed(groupId: string): Promise<Map<string, number>> {
    return patiently(() => super.committed(groupId))
  }

  /** Everything of the topics that are not internal. */
  async contents(): Promise<Record<string, TopicContents>> {
    const { topics } = await this.ask(metadata, 12, { topics: null, allowAutoTopicCreation: false })
    const found: Record<string, TopicContents> = {}
    for (const { name, topicId, partitions } of topics.filter((topic) => !topic.isInternal)) {
      const indexes = partitions.map(({ partitionIndex }) => partitionIndex).sort((a, b) => a - b)
      const contents: PartitionContents[] = []
      for (const index of indexes) contents.push(await this.#partition(name as string, index))
      found[name as string] = { topicId, configs: await this.#configs(name as string), partitions: contents }
    }
    return found
  }

  async #configs(topic: string): Promise<Record<string, string | null>> {
    const resources = [{ resourceType: TOPIC, resourceName: topic, configurationKeys: null }]
    const { results } = await this.ask(describeConfigs, 4, { resources })
    check(results[0].errorCode, results[0].errorMessage)
    const own = results[0].configs.filter(({ configSource }) => configSource === DYNAMIC_TOPIC_CONFIG)
    return Object.fromEntries(own.map(({ name, value }) => [name, value]))
  }

  async #partition(topic: string, partition: number): Promise<PartitionContents> {
    const start = await this.#offset(topic, partition, EARLIEST)
    const end = await this.#offset(topic, partition, LATEST)
    const records: string[] = []
    for (let offset = start; offset < end; ) {
      const batches = await this.#fetch(topic, partition, offset)
      for (const record of allRecords(batches)) {
        if (record.offset < offset) continue
        const headers = record.headers.map(({ key, value }) => `${key}=${value}`)
        records.push([record.offset, record.timestampMs, record.key, record.value, headers].join(' '))
        offset = record.offset + 1
      }
    }
    return { start, end, records }
  }

  async #fetch(topic: string, partition: number, fetchOffset: number): Promise<Buffer> {
    const partitions = [{ partition, fetchOffset, partitionMaxBytes: FETCH_BYTES }]
    const request = { maxWaitMs: 1000, minBytes: 1, maxBytes: FETCH_BYTES, topics: [{ topic, partitions }] }
    const { responses } = await this.ask(fetch, 12, request)
    const [answer] = responses[0].partitions
    check(answer.errorCode)
    if (answer.records === null || answer.records.length === 0) throw new Error(`nothing at ${fetchOffset}`)
    return answer.records
  }

  async #offset(name: string, partitionIndex: number, timestamp: number): Promise<number> {
    const topics = [{ name, partitions: [{ partitionIndex, timestamp }] }]
    const answer = await this.ask(listOffsets, 7, { replicaId: -1, topics })
    check(answer.topics[0].partitions[0].errorCode)
    return answer.topics[0].partitions[0].offset
  }
}
