// A cluster as a client sees it: connections by address, metadata, who leads a partition, who coordinates a group, and
// retries within a deadline. What is asked of the cluster are functions over this class, one file per topic.
import { type ErrorName, errorName, KafkaError } from '../error-codes.ts'
import type { Clock, Random } from '../ports.ts'
import { findCoordinator } from '../protocol/messages/find-coordinator.ts'
import { metadata } from '../protocol/messages/metadata.ts'
import type { AnyApi, RequestInitOf, ResponseOf } from '../protocol/schema.ts'
import { systemClock } from '../system/clock.ts'
import { systemRandom } from '../system/random.ts'
import { type Address, parseAddresses } from './address.ts'
import type { Connection } from './connection.ts'
import { ConnectionPool } from './connection-pool.ts'
import { isRetriable } from './errors.ts'

export interface ClientOptions {
  readonly bootstrapServers: string | readonly string[]
  readonly clientId?: string
  readonly connectTimeoutMs?: number
  readonly requestTimeoutMs?: number
  /** How long an operation is tried again while its errors are retriable. */
  readonly retryTimeoutMs?: number
  readonly retryBackoffMs?: number
  readonly retryBackoffMaxMs?: number
  readonly clock?: Clock
  readonly random?: Random
}

export interface PartitionMetadata {
  readonly partition: number
  readonly leaderId: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly offline: readonly number[]
  readonly errorName: ErrorName
}

export interface TopicMetadata {
  readonly name: string
  readonly topicId: string
  readonly isInternal: boolean
  readonly errorName: ErrorName
  /** Sorted by index. */
  readonly partitions: readonly PartitionMetadata[]
}

export interface Node extends Address {
  readonly nodeId: number
  readonly rack: string | null
}

export interface CallOptions {
  readonly timeoutMs?: number
  readonly versionMax?: number
}

/** Requests of one purpose share a connection, so a fetch that waits holds up no heartbeat. */
export type Purpose = 'main' | 'fetch' | 'group'

export class Client {
  readonly clock: Clock
  readonly random: Random
  readonly requestTimeoutMs: number
  readonly retryTimeoutMs: number
  readonly #backoffMs: number
  readonly #backoffMaxMs: number
  readonly #bootstrap: readonly Address[]
  readonly #pool: ConnectionPool
  readonly #topics = new Map<string, TopicMetadata>()
  readonly #coordinators = new Map<string, Address>()
  #nodes = new Map<number, Node>()
  #clusterId: string | null = null
  #controllerId = -1

  constructor(options: ClientOptions) {
    this.clock = options.clock ?? systemClock
    this.random = options.random ?? systemRandom
    this.requestTimeoutMs = options.requestTimeoutMs ?? 30_000
    this.retryTimeoutMs = options.retryTimeoutMs ?? 60_000
    this.#backoffMs = options.retryBackoffMs ?? 100
    this.#backoffMaxMs = options.retryBackoffMaxMs ?? 1_000
    this.#bootstrap = parseAddresses(options.bootstrapServers)
    this.#pool = new ConnectionPool({
      clientId: options.clientId ?? 'odradek',
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      requestTimeoutMs: this.requestTimeoutMs,
      clock: this.clock
    })
  }

  /** Fails at once when no bootstrap server can be reached: nothing is retried before the first contact. */
  static async connect(options: ClientOptions): Promise<Client> {
    const client = new Client(options)
    try {
      await client.refresh([])
      return client
    } catch (error) {
      client.close()
      throw error
    }
  }

  get nodes(): readonly Node[] {
    return [...this.#nodes.values()]
  }

  get clusterId(): string | null {
    return this.#clusterId
  }

  get controllerId(): number {
    return this.#controllerId
  }

  /** Any broker that answers. */
  async any(purpose: Purpose = 'main'): Promise<Connection> {
    return this.#pool.first([...this.#bootstrap, ...this.#nodes.values()], purpose)
  }

  async node(nodeId: number, purpose: Purpose = 'main'): Promise<Connection> {
    const node = this.#nodes.get(nodeId)
    if (node === undefined) throw new KafkaError('BROKER_NOT_AVAILABLE', `the cluster has no broker ${nodeId}`)
    return this.#pool.get(node, purpose)
  }

  /** The broker for changes of topics; one that forwards to the controller where the controller cannot be reached. */
  async controller(): Promise<Connection> {
    return this.#nodes.has(this.#controllerId) ? this.node(this.#controllerId) : this.any()
  }

  /** Asks the cluster, not the cache. `null` is all topics; topics with an error come with it. */
  async refresh(names: readonly string[] | null, options: { autoCreate?: boolean } = {}): Promise<TopicMetadata[]> {
    const connection = await this.any()
    const response = await connection.call(metadata, {
      topics: names === null ? null : names.map((name) => ({ name })),
      allowAutoTopicCreation: options.autoCreate ?? false
    })
    this.#nodes = new Map(
      response.brokers.map(({ nodeId, host, port, rack }) => [nodeId, { nodeId, host, port, rack }])
    )
    this.#clusterId = response.clusterId
    this.#controllerId = response.controllerId
    const topics = response.topics.map(topicMetadata)
    for (const topic of topics) {
      if (topic.errorName === 'NONE') this.#topics.set(topic.name, topic)
      else this.#topics.delete(topic.name)
    }
    return topics
  }

  /** From the cache when known. Throws the topic's error. */
  async topic(name: string, options: { autoCreate?: boolean } = {}): Promise<TopicMetadata> {
    const known = this.#topics.get(name)
    if (known !== undefined) return known
    const [topic] = await this.refresh([name], options)
    if (topic === undefined || topic.errorName !== 'NONE') throw topicError(topic?.errorName, name)
    return topic
  }

  /** Id of the broker that leads the partition. */
  async leaderOf(topic: string, partition: number): Promise<PartitionMetadata> {
    const found = (await this.topic(topic)).partitions[partition]
    if (found === undefined) {
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `topic '${topic}' has no partition ${partition}`)
    }
    if (!this.#nodes.has(found.leaderId))
      throw new KafkaError('LEADER_NOT_AVAILABLE', `${topic}-${partition} has no leader now`)
    return found
  }

  async coordinator(groupId: string, purpose: Purpose = 'main'): Promise<Connection> {
    const known = this.#coordinators.get(groupId)
    if (known !== undefined) return this.#pool.get(known, purpose)
    const connection = await this.any()
    const request = connection.versionOf(findCoordinator) < 4 ? { key: groupId } : { coordinatorKeys: [groupId] }
    const response = await connection.call(findCoordinator, request)
    const found = response.coordinators[0] ?? response
    if (found.errorCode !== 0) {
      const name = errorName(found.errorCode)
      throw new KafkaError(name, `no coordinator for group '${groupId}': ${found.errorMessage || name}`)
    }
    const address = { host: found.host, port: found.port }
    this.#coordinators.set(groupId, address)
    return this.#pool.get(address, purpose)
  }

  async call<A extends AnyApi>(api: A, request: RequestInitOf<A>, options: CallOptions = {}): Promise<ResponseOf<A>> {
    return (await this.any()).call(api, request, options)
  }

  /** What was learned about leaders and coordinators may be stale: ask again at the next use. */
  forget(): void {
    this.#topics.clear()
    this.#coordinators.clear()
  }

  /** Repeats `attempt` while it fails with retriable errors and the time is not up; then throws the last error. */
  async retry<T>(attempt: () => Promise<T>, timeoutMs = this.retryTimeoutMs): Promise<T> {
    const deadlineMs = this.clock.monotonicMs() + timeoutMs
    for (let backoffMs = this.#backoffMs; ; backoffMs = Math.min(backoffMs * 2, this.#backoffMaxMs)) {
      try {
        return await attempt()
      } catch (error) {
        const waitMs = backoffMs * (0.8 + 0.4 * this.random.float())
        if (!isRetriable(error) || this.clock.monotonicMs() + waitMs > deadlineMs) throw error
        this.forget()
        await this.sleep(waitMs)
      }
    }
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.setTimer(delayMs, resolve)
    })
  }

  /** Idempotent. Requests that wait fail. */
  close(): void {
    this.#pool.close()
  }
}

function topicMetadata(topic: ResponseOf<typeof metadata>['topics'][number]): TopicMetadata {
  const partitions = topic.partitions.map((partition) => ({
    partition: partition.partitionIndex,
    leaderId: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    replicas: partition.replicaNodes,
    isr: partition.isrNodes,
    offline: partition.offlineReplicas,
    errorName: errorName(partition.errorCode)
  }))
  partitions.sort((a, b) => a.partition - b.partition)
  const { topicId, isInternal, errorCode } = topic
  return { name: topic.name ?? '', topicId, isInternal, errorName: errorName(errorCode), partitions }
}

export function topicError(name: ErrorName = 'UNKNOWN_TOPIC_OR_PARTITION', topic: string): KafkaError {
  if (name === 'UNKNOWN_TOPIC_OR_PARTITION') return new KafkaError(name, `there is no topic '${topic}'`)
  if (name === 'INVALID_TOPIC_EXCEPTION') return new KafkaError(name, `'${topic}' is not a valid topic name`)
  return new KafkaError(name, `topic '${topic}': ${name}`)
}
