// Sends a stream of records: each gets its partition and joins the open batch of it; a batch is closed when it is full
// or has lingered, and goes to the sender.
import { KafkaError } from '../error-codes.ts'
import type { Timer } from '../ports.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import type { RecordInit } from '../records/build-batch.ts'
import type { Client, TopicMetadata } from './client.ts'
import { UsageError } from './errors.ts'
import { partitionKey } from './leaders.ts'
import { partitionForKey, StickyPartitioner } from './partitioner.ts'
import type { Acks } from './produce.ts'
import { type Delivery, ProducerBatch, recordBytes } from './producer-batch.ts'
import { ProducerIdentity } from './producer-identity.ts'
import { ProducerSender } from './producer-sender.ts'

export interface ProducerOptions {
  readonly acks?: Acks
  /** Codec of the batches: attributes & 7. */
  readonly codec?: number
  readonly lingerMs?: number
  readonly batchBytes?: number
  /** Default: when acks is -1 and the broker gives producer ids. */
  readonly idempotent?: boolean
  readonly requestTimeoutMs?: number
  /** A record that is not acknowledged in this time fails. */
  readonly deliveryTimeoutMs?: number
  /** `room` waits while more than this is on its way. */
  readonly bufferBytes?: number
}

export interface RecordToSend extends Omit<RecordInit, 'offsetDelta'> {
  readonly topic: string
  readonly partition?: number
}

export class Producer {
  readonly #client: Client
  readonly #sender: ProducerSender
  readonly #lingerMs: number
  readonly #batchBytes: number
  readonly #bufferBytes: number
  readonly #deliveryTimeoutMs: number
  readonly #sticky: StickyPartitioner
  readonly #topics = new Map<string, Promise<TopicMetadata>>()
  readonly #open = new Map<string, ProducerBatch>()
  #waiters: (() => void)[] = []
  #linger: Timer | undefined
  #bufferedBytes = 0
  /** Sends that have no batch yet. */
  #waitingForTopic = 0
  #isClosed = false

  private constructor(client: Client, options: ProducerOptions, identity: ProducerIdentity | undefined) {
    this.#client = client
    this.#lingerMs = options.lingerMs ?? 5
    this.#batchBytes = options.batchBytes ?? 65_536
    this.#bufferBytes = options.bufferBytes ?? 32 * 1024 * 1024
    this.#deliveryTimeoutMs = options.deliveryTimeoutMs ?? client.retryTimeoutMs
    this.#sticky = new StickyPartitioner(client.random)
    this.#sender = new ProducerSender(client, {
      acks: options.acks ?? -1,
      codec: options.codec ?? 0,
      timeoutMs: options.requestTimeoutMs ?? client.requestTimeoutMs,
      deliveryTimeoutMs: this.#deliveryTimeoutMs,
      identity,
      onSettled: (batch) => this.#onSettled(batch)
    })
  }

  static async create(client: Client, options: ProducerOptions = {}): Promise<Producer> {
    const { acks = -1, idempotent = acks === -1 } = options
    if (idempotent && acks !== -1) throw new UsageError('idempotence needs acks=all')
    const isServed = (await client.any()).versions.has(initProducerId.key)
    const identity = idempotent && (isServed || options.idempotent === true) ? new ProducerIdentity(client) : undefined
    return new Producer(client, options, identity)
  }

  /** Resolves when the record is acknowledged. Records to one partition keep the order of the calls. */
  async send(record: RecordToSend): Promise<Delivery> {
    if (this.#isClosed) throw new UsageError('the producer is closed')
    // Always awaited, also when known: sends that wait for the first metadata stay ahead of later ones.
    this.#waitingForTopic++
    let partitions: TopicMetadata['partitions']
    try {
      partitions = (await this.#topic(record.topic)).partitions
    } finally {
      this.#waitingForTopic--
      if (this.#waitingForTopic === 0) this.#wakeWaiters()
    }
    const partition = record.partition ?? this.#choosePartition(record, partitions.length)
    if (partition >= partitions.length) {
      const message = `topic '${record.topic}' has no partition ${partition}, only 0 to ${partitions.length - 1}`
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message)
    }
    return this.#append(record, partition, partitions.length)
  }

  /** Wait for this between sends: it holds the sender back while too much is on its way. */
  async room(): Promise<void> {
    while (this.#bufferedBytes > this.#bufferBytes) await this.#nextChange()
  }

  /** Resolves when nothing is on its way any more, sent or failed. */
  async flush(): Promise<void> {
    this.#closeOpenBatches()
    while (this.#waitingForTopic > 0 || this.#bufferedBytes > 0) {
      await this.#nextChange()
      this.#closeOpenBatches()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.flush()
  }

  #topic(name: string): Promise<TopicMetadata> {
    const known = this.#topics.get(name)
    if (known !== undefined) return known
    const asked = this.#client.retry(() => this.#client.topic(name, { autoCreate: true }), this.#deliveryTimeoutMs)
    this.#topics.set(name, asked)
    asked.catch(() => this.#topics.delete(name))
    return asked
  }

  #choosePartition({ topic, key }: RecordToSend, partitionCount: number): number {
    return key ? partitionForKey(key, partitionCount) : this.#sticky.partition(topic, partitionCount)
  }

  #append(record: RecordToSend, partition: number, partitionCount: number): Promise<Delivery> {
    const { topic, key = null, value, headers, timestampMs = this.#client.clock.nowMs() } = record
    const init: RecordInit = { key, value, headers, timestampMs }
    const sizeBytes = recordBytes(init)
    const batch = this.#batchWithRoom(topic, partition, sizeBytes)
    this.#bufferedBytes += sizeBytes
    const delivery = batch.add(init)
    if (batch.sizeBytes >= this.#batchBytes) {
      this.#closeBatch(batch)
      this.#sticky.onBatchFull(topic, partitionCount)
    } else {
      this.#linger ??= this.#client.clock.setTimer(this.#lingerMs, () => this.#closeOpenBatches())
    }
    return delivery
  }

  #batchWithRoom(topic: string, partition: number, sizeBytes: number): ProducerBatch {
    const key = partitionKey(topic, partition)
    const open = this.#open.get(key)
    if (open !== undefined && open.sizeBytes + sizeBytes <= this.#batchBytes) return open
    if (open !== undefined) this.#closeBatch(open)
    const batch = new ProducerBatch(topic, partition, this.#client.clock.monotonicMs())
    this.#open.set(key, batch)
    return batch
  }

  #closeBatch(batch: ProducerBatch): void {
    this.#open.delete(partitionKey(batch.topic, batch.partition))
    this.#sender.enqueue(batch)
  }

  #closeOpenBatches(): void {
    this.#linger?.cancel()
    this.#linger = undefined
    for (const batch of [...this.#open.values()]) this.#closeBatch(batch)
  }

  #onSettled(batch: ProducerBatch): void {
    this.#bufferedBytes -= batch.sizeBytes
    this.#wakeWaiters()
  }

  #wakeWaiters(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve)
    })
  }
}
