// The sending half of a producer: queues of closed batches per partition, at most one request in flight per leader with
// at most one batch per partition in it. A batch leaves its queue only when it is acknowledged or given up.
import { KafkaError } from '../error-codes.ts'
import { buildBatch } from '../records/build-batch.ts'
import type { Client } from './client.ts'
import { isRetriable } from './errors.ts'
import { type Outcome, partitionKey } from './leaders.ts'
import { type Appended, type ProduceRequestOptions, produceTo } from './produce.ts'
import type { ProducerBatch } from './producer-batch.ts'
import type { ProducerIdentity } from './producer-identity.ts'

export interface SenderOptions extends ProduceRequestOptions {
  readonly codec: number
  readonly deliveryTimeoutMs: number
  readonly identity: ProducerIdentity | undefined
  onSettled(batch: ProducerBatch): void
}

const RETRY_BACKOFF_MS = 100

export class ProducerSender {
  readonly #client: Client
  readonly #options: SenderOptions
  readonly #queues = new Map<string, ProducerBatch[]>()
  readonly #inFlight = new Set<string>()
  readonly #busyLeaders = new Set<number>()
  #isPumping = false
  #pumpAgain = false

  constructor(client: Client, options: SenderOptions) {
    this.#client = client
    this.#options = options
  }

  enqueue(batch: ProducerBatch): void {
    const key = partitionKey(batch.topic, batch.partition)
    const queue = this.#queues.get(key)
    if (queue === undefined) this.#queues.set(key, [batch])
    else queue.push(batch)
    this.#pump()
  }

  // Looking up leaders is asynchronous: one pump at a time, so that no batch is taken twice.
  #pump(): void {
    this.#pumpAgain = true
    if (this.#isPumping) return
    this.#isPumping = true
    void this.#pumpWhileAsked()
  }

  async #pumpWhileAsked(): Promise<void> {
    while (this.#pumpAgain) {
      this.#pumpAgain = false
      const byLeader = await this.#headsByLeader()
      for (const [leaderId, batches] of byLeader) void this.#sendTo(leaderId, batches)
    }
    this.#isPumping = false
  }

  async #headsByLeader(): Promise<Map<number, ProducerBatch[]>> {
    const byLeader = new Map<number, ProducerBatch[]>()
    for (const [key, queue] of [...this.#queues]) {
      const batch = queue[0]
      if (batch === undefined || this.#inFlight.has(key)) continue
      try {
        const { leaderId } = await this.#client.leaderOf(batch.topic, batch.partition)
        if (this.#busyLeaders.has(leaderId)) continue
        byLeader.set(leaderId, [...(byLeader.get(leaderId) ?? []), batch])
      } catch (error) {
        this.#inFlight.add(key)
        void this.#conclude([batch], [{ error: error as Error }])
      }
    }
    for (const [leaderId, batches] of byLeader) {
      this.#busyLeaders.add(leaderId)
      for (const { topic, partition } of batches) this.#inFlight.add(partitionKey(topic, partition))
    }
    return byLeader
  }

  async #sendTo(leaderId: number, batches: readonly ProducerBatch[]): Promise<void> {
    let outcomes: Outcome<Appended>[]
    try {
      const encoded = await Promise.all(batches.map((batch) => this.#encode(batch)))
      const connection = await this.#client.node(leaderId)
      outcomes = await produceTo(connection, encoded, this.#options)
    } catch (error) {
      outcomes = batches.map(() => ({ error: error as Error }))
    }
    this.#busyLeaders.delete(leaderId)
    await this.#conclude(batches, outcomes)
  }

  async #encode(batch: ProducerBatch) {
    const { topic, partition, records } = batch
    const { topicId } = await this.#client.topic(topic)
    if (batch.encoded === undefined) {
      const { codec, identity } = this.#options
      const sequence = await identity?.next(topic, partition, records.length)
      batch.encoded = buildBatch({ records, codec, ...sequence })
    }
    return { topic, topicId, partition, records: batch.encoded }
  }

  // Batches to send again stay at the head of their queue, in flight until the back-off is over.
  async #conclude(batches: readonly ProducerBatch[], outcomes: readonly Outcome<Appended>[]): Promise<void> {
    const again = batches.filter((batch, index) => !this.#settle(batch, outcomes[index]!))
    this.#pump()
    if (again.length === 0) return
    this.#client.forget()
    await this.#client.sleep(RETRY_BACKOFF_MS)
    for (const { topic, partition } of again) this.#inFlight.delete(partitionKey(topic, partition))
    this.#pump()
  }

  /** False when the batch has to be sent again. */
  #settle(batch: ProducerBatch, { error, result }: Outcome<Appended>): boolean {
    const expiresMs = batch.createdMs + this.#options.deliveryTimeoutMs
    if (error !== undefined && isRetriable(error) && this.#client.clock.monotonicMs() < expiresMs) return false
    const key = partitionKey(batch.topic, batch.partition)
    const queue = this.#queues.get(key)!
    queue.shift()
    if (queue.length === 0) this.#queues.delete(key)
    this.#inFlight.delete(key)
    if (error === undefined) batch.succeed(result!)
    else if (error instanceof KafkaError && error.errorName === 'DUPLICATE_SEQUENCE_NUMBER') {
      // Acknowledged before, in a response that got lost.
      batch.succeed({ baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 })
    } else {
      this.#options.identity?.renew()
      batch.fail(error)
    }
    this.#options.onSettled(batch)
    return true
  }
}
