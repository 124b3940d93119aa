// Follows a set of partitions: one fetch in flight per leader, the next one sent before the records of the last are
// handed out. Positions move when records are handed out, so a caller may commit what it has got.
import { KafkaError } from '../error-codes.ts'
import type { RecordView } from '../records/record-view.ts'
import type { Client } from './client.ts'
import { isRetriable } from './errors.ts'
import { type FetchedPartition, type FetchLimits, type FetchPosition, fetchFrom } from './fetch-request.ts'
import { partitionKey, resultsOf, type TopicPartition } from './leaders.ts'
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, offsetsFor } from './list-offsets.ts'
import { visibleRecords } from './visible-records.ts'

export interface FetcherOptions extends FetchLimits {
  /** What to do when the position is not in the log any more, or not yet (default: fail). */
  readonly onOutOfRange?: 'earliest' | 'latest' | 'fail'
  readonly checkCrc?: boolean
}

export interface FetchedRecords extends TopicPartition {
  readonly records: readonly RecordView[]
  /** Where the next fetch of the partition goes on; beyond the last record when what follows is not visible. */
  readonly nextOffset: number
  readonly highWatermark: number
  readonly lastStableOffset: number
}

export interface StartPosition extends TopicPartition {
  readonly offset: number
}

interface Position extends TopicPartition {
  offset: number
}

interface Answer {
  readonly leaderId: number
  readonly positions: readonly FetchPosition[]
  readonly partitions?: readonly FetchedPartition[]
  readonly error?: unknown
}

const RETRY_BACKOFF_MS = 100

export class Fetcher {
  readonly #client: Client
  readonly #options: FetcherOptions
  #positions = new Map<string, Position>()
  /** Requests in flight by leader. An answer is dropped when its partitions were assigned anew meanwhile. */
  readonly #inFlight = new Map<number, Promise<Answer>>()
  #wake: (() => void) | undefined
  #isClosed = false
  /** Nothing but errors since then. */
  #failingSinceMs: number | undefined

  constructor(client: Client, options: FetcherOptions = {}) {
    this.#client = client
    this.#options = options
  }

  /** Replaces what is followed. */
  assign(positions: readonly StartPosition[]): void {
    this.#positions = new Map(
      positions.map((position) => [partitionKey(position.topic, position.partition), { ...position }])
    )
    this.#wake?.()
  }

  get positions(): readonly StartPosition[] {
    return [...this.#positions.values()]
  }

  /** Stops following a partition. */
  remove({ topic, partition }: TopicPartition): void {
    this.#positions.delete(partitionKey(topic, partition))
  }

  /** A waiting poll returns at once, with nothing. */
  close(): void {
    this.#isClosed = true
    this.#wake?.()
  }

  /**
   * Waits for the next answer of any leader; often empty, when nothing was written during the wait. Retriable errors
   * are retried inside until the client's retry timeout, everything else is thrown.
   */
  async poll(): Promise<FetchedRecords[]> {
    if (this.#isClosed) return []
    const woken = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined)
    })
    // Without leaders nothing is on its way, and there is nothing to wait for.
    if (!(await this.#startFetches())) return []
    const answer = await Promise.race([woken, ...this.#inFlight.values()])
    this.#wake = undefined
    if (answer === undefined) return []
    this.#inFlight.delete(answer.leaderId)
    if (answer.error !== undefined) {
      await this.#backOff(answer.error)
      return []
    }
    const fetched = await this.#take(answer)
    await this.#prefetch()
    return fetched
  }

  async #prefetch(): Promise<void> {
    try {
      await this.#startFetches()
    } catch {
      // What was fetched is handed out first; the next poll meets the same error and throws it.
    }
  }

  /** False when the leaders are not known now; the back-off is over then. */
  async #startFetches(): Promise<boolean> {
    const byLeader = new Map<number, FetchPosition[]>()
    try {
      for (const { topic, partition, offset } of this.#positions.values()) {
        const { leaderId, leaderEpoch } = await this.#client.leaderOf(topic, partition)
        if (this.#inFlight.has(leaderId)) continue
        const { topicId } = await this.#client.topic(topic)
        const position = { topic, topicId, partition, offset, leaderEpoch }
        const known = byLeader.get(leaderId)
        if (known === undefined) byLeader.set(leaderId, [position])
        else known.push(position)
      }
    } catch (error) {
      await this.#backOff(error)
      return false
    }
    for (const [leaderId, positions] of byLeader) this.#inFlight.set(leaderId, this.#fetch(leaderId, positions))
    return true
  }

  async #fetch(leaderId: number, positions: readonly FetchPosition[]): Promise<Answer> {
    try {
      const connection = await this.#client.node(leaderId, 'fetch')
      return { leaderId, positions, partitions: await fetchFrom(connection, positions, this.#options) }
    } catch (error) {
      return { leaderId, positions, error }
    }
  }

  async #take({ positions, partitions }: Answer): Promise<FetchedRecords[]> {
    const askedFor = new Map(positions.map(({ topic, partition, offset }) => [partitionKey(topic, partition), offset]))
    const fetched: FetchedRecords[] = []
    for (const answer of partitions!) {
      const key = partitionKey(answer.topic, answer.partition)
      const position = this.#positions.get(key)
      if (position === undefined || position.offset !== askedFor.get(key)) continue
      if (answer.errorName === 'NONE') fetched.push(this.#decode(answer, position))
      else if (answer.errorName === 'OFFSET_OUT_OF_RANGE') await this.#reset(position, answer)
      else {
        const message = `fetch of ${answer.topic}-${answer.partition}: ${answer.errorName}`
        await this.#backOff(new KafkaError(answer.errorName, message))
      }
    }
    return fetched
  }

  #decode(answer: FetchedPartition, position: Position): FetchedRecords {
    const { topic, partition, highWatermark, lastStableOffset } = answer
    const { records, nextOffset } = visibleRecords(answer.records, {
      fromOffset: position.offset,
      abortedTransactions: this.#options.isolation === 'read_committed' ? answer.abortedTransactions : undefined,
      checkCrc: this.#options.checkCrc
    })
    position.offset = nextOffset
    this.#failingSinceMs = undefined
    return { topic, partition, records, nextOffset, highWatermark, lastStableOffset }
  }

  async #reset(position: Position, { topic, partition, logStartOffset }: FetchedPartition): Promise<void> {
    const { onOutOfRange = 'fail' } = this.#options
    if (onOutOfRange === 'fail') {
      const message = `offset ${position.offset} of ${topic}-${partition} is not in the log (it starts at ${logStartOffset})`
      throw new KafkaError('OFFSET_OUT_OF_RANGE', message)
    }
    const timestampMs = onOutOfRange === 'earliest' ? EARLIEST_TIMESTAMP : LATEST_TIMESTAMP
    const [found] = resultsOf(await offsetsFor(this.#client, [{ topic, partition, timestampMs }]))
    position.offset = found.offset
  }

  async #backOff(error: unknown): Promise<void> {
    const nowMs = this.#client.clock.monotonicMs()
    this.#failingSinceMs ??= nowMs
    if (!isRetriable(error) || nowMs - this.#failingSinceMs > this.#client.retryTimeoutMs) throw error
    this.#client.forget()
    await this.#client.sleep(RETRY_BACKOFF_MS)
  }
}
