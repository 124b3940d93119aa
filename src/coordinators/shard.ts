// What the runtime and the state machine of one partition know of each other.
import type { RecordInit } from '../records/build-batch.ts'
import type { Deadline, DeadlineQueue } from './deadline-queue.ts'
import type { Effect } from './outcome.ts'

/** One partition of the internal topic. */
export interface CoordinatorLog {
  /** `sync` is there when the batch must be on disk before anyone is told of it (flush.messages); it brings it there. */
  append(batch: Buffer): { readonly lastOffset: number; readonly sync?: (() => Promise<void>) | undefined }
  /** A marker that ends a producer's transaction; `transactionVersion` says how strict its epoch is taken. */
  appendMarker(batch: Buffer, transactionVersion: number): void
  /** Every complete batch in order of offset, in buffers of one or more; a buffer may be reused after the visit. */
  readAll(visit: (batches: Buffer) => void): void
}

export interface CoordinatorLogs {
  /** Creates the internal topic on first use. */
  partitionCount(): number
  exists(): boolean
  log(partition: number): CoordinatorLog | undefined
}

export interface RecordPosition {
  readonly offset: number
  /** -1 outside of transactions. */
  readonly producerId: number
}

/** The records of one coordinator, in memory and in its log. */
export interface RecordFormat<R> {
  encode(record: R): RecordInit
  /** Throws UnknownRecordTypeError, UnknownValueVersionError or MalformedError. */
  decode(key: Buffer, value: Buffer | null): R
}

/** What a step of a state machine may know about time. */
export interface Now {
  /** Wall clock, for what is written into records. */
  nowMs: number
}

export interface CoordinatorShard<R, D extends Deadline> {
  readonly partition: number
  replay(record: R, position: RecordPosition): void
  /** A transaction that wrote into this partition ended. */
  replayEndOfTransaction(producerId: number, isCommitted: boolean): void
  /** Everything is replayed: sets the deadlines of what was found. */
  onLoaded(): Effect<R> | undefined
  onDeadline(deadline: D): Effect<R> | undefined
  /** The partition is no longer ours: answers what waits. */
  onUnloaded(): void
}

export interface ShardContext<D extends Deadline> extends Now {
  readonly deadlines: DeadlineQueue<D>
}
