// The idempotent producer's id, epoch and sequence per partition. A new identity starts after a batch was given up,
// because the gap it left would make the broker refuse everything behind it.
import { errorName, KafkaError } from '../error-codes.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import type { Client } from './client.ts'
import { partitionKey } from './leaders.ts'

export interface Sequenced {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
}

interface Identity {
  readonly producerId: number
  readonly producerEpoch: number
  readonly nextSequence: Map<string, number>
}

/** Transactions do not time out for a producer that has none. */
const NO_TRANSACTION_TIMEOUT_MS = 0x7fffffff

export class ProducerIdentity {
  readonly #client: Client
  #identity: Promise<Identity> | undefined

  constructor(client: Client) {
    this.#client = client
  }

  async next(topic: string, partition: number, recordCount: number): Promise<Sequenced> {
    this.#identity ??= this.#client.retry(() => this.#init())
    const { producerId, producerEpoch, nextSequence } = await this.#identity
    const key = partitionKey(topic, partition)
    const baseSequence = nextSequence.get(key) ?? 0
    // Sequences wrap from the largest int32 to 0.
    nextSequence.set(key, (baseSequence + recordCount) % 0x80000000)
    return { producerId, producerEpoch, baseSequence }
  }

  renew(): void {
    this.#identity = undefined
  }

  async #init(): Promise<Identity> {
    const response = await this.#client.call(initProducerId, {
      transactionalId: null,
      transactionTimeoutMs: NO_TRANSACTION_TIMEOUT_MS
    })
    if (response.errorCode !== 0) {
      const name = errorName(response.errorCode)
      throw new KafkaError(name, `no producer id: ${name}`)
    }
    const { producerId, producerEpoch } = response
    return { producerId, producerEpoch, nextSequence: new Map() }
  }
}
