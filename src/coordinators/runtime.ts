// One runtime for every coordinator that keeps its state in a partitioned internal topic. A shard is the state machine
// of one partition. Loading it is replaying its log; a command yields an answer and records; the records are appended
// in one batch and replayed, the only thing that changes durable state; then the answer is released.
//
// Everything here is synchronous: appends go to the page cache, so there is no moment in which an appended record is
// not yet part of the state, and no command ever sees half of another one.
import { KafkaError } from '../error-codes.ts'
import type { Clock, Logger, Timer } from '../ports.ts'
import { buildEndTransactionMarker, type MarkerInit } from '../records/control-record.ts'
import { appendRecords, type Sync } from './append.ts'
import { coordinatorError } from './append-error.ts'
import { type Deadline, DeadlineQueue } from './deadline-queue.ts'
import { partitionOfKey } from './java-hash.ts'
import { loadShard } from './load.ts'
import type { Effect, Outcome } from './outcome.ts'
import type { CoordinatorLog, CoordinatorLogs, CoordinatorShard, RecordFormat, ShardContext } from './shard.ts'

// Loading must not keep requests waiting for long.
const LOAD_SLICE_MS = 5
// A timer later than this means a paused process (a debugger, a busy machine), not a client that went away.
const STALL_MS = 1000

export interface RuntimeOptions<S, R, D extends Deadline> {
  /** For log lines: the internal topic. */
  readonly topic: string
  readonly logs: CoordinatorLogs
  readonly clock: Clock
  readonly logger: Logger
  readonly format: RecordFormat<R>
  /** Compression of what is written, as in a batch's attributes. */
  readonly codec: number
  newShard(partition: number, context: ShardContext<D>): S
}

interface Slot<S> {
  readonly log: CoordinatorLog
  /** Undefined after a failed load. */
  readonly shard: S | undefined
}

export class CoordinatorRuntime<S extends CoordinatorShard<R, D>, R, D extends Deadline> {
  readonly #options: RuntimeOptions<S, R, D>
  readonly #context: ShardContext<D> = { nowMs: 0, deadlines: new DeadlineQueue<D>() }
  readonly #slots = new Map<number, Slot<S>>()
  #partitionCount = 0
  #timer: Timer | undefined
  #timerAtMs = Number.POSITIVE_INFINITY
  #loading: Timer | undefined
  /** After a stall: no deadline counts before this. */
  #graceUntilMs = 0
  #isClosed = false
  /** Of the last commit. */
  #sync: Sync | undefined

  constructor(options: RuntimeOptions<S, R, D>) {
    this.#options = options
  }

  /** Loads every partition in the background, a few at a time; a request for one not yet loaded loads it then. */
  start(): void {
    const { clock, logs } = this.#options
    if (!logs.exists()) return
    let partition = 0
    const loadSome = (): void => {
      this.#loading = undefined
      if (this.#isClosed || !logs.exists()) return
      const untilMs = clock.monotonicMs() + LOAD_SLICE_MS
      while (partition < this.#countPartitions() && clock.monotonicMs() < untilMs) this.#slot(partition++)
      if (partition < this.#countPartitions()) this.#loading = clock.setTimer(0, loadSome)
    }
    this.#loading = clock.setTimer(0, loadSome)
  }

  close(): void {
    this.#isClosed = true
    this.#loading?.cancel()
    this.unload()
  }

  /** The internal topic is gone, or this broker stops: what waits is answered, all state is forgotten. */
  unload(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerAtMs = Number.POSITIVE_INFINITY
    for (const { shard } of this.#slots.values()) shard?.onUnloaded()
    this.#slots.clear()
    this.#partitionCount = 0
  }

  /** How many partitions the internal topic has; creates it when it is not there. */
  ensureTopic(): number {
    return this.#countPartitions()
  }

  /** The shard that a key lives in, loaded. NOT_COORDINATOR when there is none, as for a partition led elsewhere. */
  shardOf(key: string): S {
    if (this.#isClosed) throw new KafkaError('COORDINATOR_NOT_AVAILABLE', 'The coordinator is shutting down.')
    if (this.#partitionCount === 0) {
      if (!this.#options.logs.exists()) throw new KafkaError('NOT_COORDINATOR')
      this.#countPartitions()
    }
    const shard = this.#slot(partitionOfKey(key, this.#partitionCount))?.shard
    if (shard === undefined) throw new KafkaError('NOT_COORDINATOR')
    return shard
  }

  /** Every shard that can be served. */
  allShards(): S[] {
    if (this.#isClosed || !this.#options.logs.exists()) return []
    const shards: S[] = []
    for (let partition = 0; partition < this.#countPartitions(); partition++) {
      const shard = this.#slot(partition)?.shard
      if (shard !== undefined) shards.push(shard)
    }
    return shards
  }

  /** Runs one command. Throws a KafkaError in a coordinator's terms when its records could not be written. */
  run<T>(shard: S, command: (shard: S) => Outcome<T, R>): T {
    this.#tick()
    const { response, effect } = command(shard)
    if (effect !== undefined) this.#commit(shard, effect)
    this.#armTimer()
    return response
  }

  /** As run, for what must outlast a power failure where the log is set so: the answer waits for the disk then. */
  runDurably<T>(shard: S, command: (shard: S) => Outcome<T, R>): T | Promise<T> {
    this.#sync = undefined
    const response = this.run(shard, command)
    if (this.#sync === undefined) return response
    return (this.#sync as Sync)().then(
      () => response,
      (error) => {
        throw error instanceof KafkaError ? coordinatorError(error) : error
      }
    )
  }

  /** A command that never writes: no outcome, no allocation. */
  read<A, T>(shard: S, command: (shard: S, argument: A) => T, argument: A): T {
    this.#tick()
    const response = command(shard, argument)
    this.#armTimer()
    return response
  }

  /** Ends a producer's transaction in one partition: what it wrote counts from here on, or never. */
  endTransaction(partition: number, marker: MarkerInit, transactionVersion: number): void {
    const slot = this.#isClosed ? undefined : this.#slot(partition)
    if (slot?.shard === undefined) throw new KafkaError('NOT_COORDINATOR')
    slot.log.appendMarker(buildEndTransactionMarker(marker), transactionVersion)
    slot.shard.replayEndOfTransaction(marker.producerId, marker.type === 'COMMIT')
  }

  /** Which partition a key lives in; creates the topic when it is not there. */
  partitionOf(key: string): number {
    return partitionOfKey(key, this.#countPartitions())
  }

  #tick(): void {
    const { clock } = this.#options
    this.#context.nowMs = clock.nowMs()
    this.#context.deadlines.nowMs = clock.monotonicMs()
  }

  #countPartitions(): number {
    if (this.#partitionCount === 0) this.#partitionCount = this.#options.logs.partitionCount()
    return this.#partitionCount
  }

  #slot(partition: number): Slot<S> | undefined {
    const known = this.#slots.get(partition)
    if (known !== undefined) return known
    const log = this.#options.logs.log(partition)
    if (log === undefined) return undefined
    this.#tick()
    const shard = this.#options.newShard(partition, this.#context)
    const slot = { log, shard: this.#load(shard, log) ? shard : undefined }
    this.#slots.set(partition, slot)
    if (slot.shard !== undefined) {
      const effect = shard.onLoaded()
      if (effect !== undefined) this.#commitUnattended(shard, effect)
      this.#armTimer()
    }
    return slot
  }

  #load(shard: S, log: CoordinatorLog): boolean {
    const { topic, format, logger, clock } = this.#options
    const startMs = clock.monotonicMs()
    try {
      const loaded = loadShard({ shard, log, format, logger, topic })
      if (loaded.recordCount > 0) {
        logger.info('loaded coordinator state', {
          topic,
          partition: shard.partition,
          records: loaded.recordCount,
          ms: Math.round(clock.monotonicMs() - startMs)
        })
      }
      return true
    } catch (error) {
      logger.error('cannot load coordinator state; what lives in this partition is unavailable', {
        topic,
        partition: shard.partition,
        error
      })
      return false
    }
  }

  #commit(shard: S, effect: Effect<R>): void {
    if (effect.records.length > 0) {
      const { log } = this.#slots.get(shard.partition)!
      try {
        this.#sync = appendRecords(effect, log, shard, this.#options.format, this.#context.nowMs, this.#options.codec)
      } catch (thrown) {
        if (!(thrown instanceof KafkaError)) throw thrown
        const error = coordinatorError(thrown)
        this.#options.logger.warn('cannot write coordinator state', {
          topic: this.#options.topic,
          partition: shard.partition,
          error: thrown.errorName,
          message: thrown.message
        })
        effect.onFailed?.(error)
        throw error
      }
    }
    effect.onAppended?.()
  }

  /** For what no client waits for. The failure is already logged; what expired is tried again at its next turn. */
  #commitUnattended(shard: S, effect: Effect<R>): void {
    try {
      this.#commit(shard, effect)
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
    }
  }

  #armTimer(): void {
    const { clock } = this.#options
    const atMs = Math.max(this.#context.deadlines.nextAtMs(), this.#graceUntilMs)
    if (this.#isClosed || atMs >= this.#timerAtMs) return
    this.#timer?.cancel()
    this.#timerAtMs = atMs
    this.#timer = clock.setTimer(Math.max(0, atMs - clock.monotonicMs()), () => this.#onTimer())
  }

  #onTimer(): void {
    this.#tick()
    const { deadlines } = this.#context
    const lateMs = deadlines.nowMs - this.#timerAtMs
    this.#timer = undefined
    this.#timerAtMs = Number.POSITIVE_INFINITY
    if (lateMs > STALL_MS) {
      // The process stood still: the heartbeats that came meanwhile are waiting to be read, and are heard first.
      this.#graceUntilMs = deadlines.nowMs + STALL_MS
      this.#armTimer()
      return
    }
    for (let due = deadlines.takeDue(deadlines.nowMs); due !== undefined; due = deadlines.takeDue(deadlines.nowMs)) {
      const shard = this.#slots.get(due.partition)?.shard
      const effect = shard?.onDeadline(due)
      if (shard !== undefined && effect !== undefined) this.#commitUnattended(shard, effect)
    }
    this.#armTimer()
  }
}
