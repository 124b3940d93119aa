// One partition as the request handlers see it: its log, its leader epoch, and who wants to know when it changes.
// Everything that makes records visible goes through here, so that no waiting fetch is ever forgotten.
import type { LogConfig } from '../configs/log-config.ts'
import { ErrorCode } from '../error-codes.ts'
import type { PartitionImage } from '../metadata/cluster-image.ts'
import type { Log } from '../storage/log.ts'
import type { AppendOptions, AppendResult } from '../storage/log-append.ts'

/**
 * Told about every change of a partition that may change the answer to a fetch. Called synchronously inside the
 * change: an implementation only takes note and does its work later.
 */
export interface PartitionWatcher {
  /** Where this watcher stands in its partition's list; kept by the partition, -1 when it is in none. */
  watchIndex: number
  /** Bytes were appended, or (0 bytes) the log start offset, the leader epoch or the configuration changed. */
  partitionChanged(appendedBytes: number): void
  /** The partition is gone (its topic was deleted); the watcher has already been removed. */
  partitionDeleted(): void
}

export class Partition {
  readonly topic: string
  readonly topicId: string
  readonly index: number
  readonly log: Log
  leaderEpoch = 0
  /** acks=-1 is refused: fewer replicas in sync than min.insync.replicas asks of the replicas there are. */
  hasTooFewReplicas = false
  #replicaCount = 1
  #inSyncCount = 1
  /** The topic was deleted: requests that still hold this object answer as for an unknown partition. */
  isDeleted = false
  // Dense, unordered: leaving is a swap with the last one, so that thousands of watchers cost nothing to keep.
  readonly #watchers: PartitionWatcher[] = []

  constructor(log: Log) {
    this.topic = log.topic
    this.topicId = log.topicId
    this.index = log.partition
    this.log = log
  }

  /** One replica, always in sync: what is appended is committed. */
  get highWatermark(): number {
    return this.log.logEndOffset
  }

  /** -1 is a client that does not say (KIP-320). */
  checkLeaderEpoch(currentLeaderEpoch: number): ErrorCode {
    if (currentLeaderEpoch === -1 || currentLeaderEpoch === this.leaderEpoch) return ErrorCode.NONE
    return currentLeaderEpoch < this.leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH
  }

  /** Appends one batch and wakes whoever waits for this partition. Throws what Log.append throws. */
  append(records: Buffer, options: AppendOptions): AppendResult {
    const result = this.log.append(records, options)
    if (!result.isDuplicate) this.#changed(result.sizeBytes)
    return result
  }

  /** Appends the end of a transaction: not only the marker but all that the transaction held back can be read now. */
  appendMarker(marker: Buffer, transactionVersion: number): void {
    this.log.append(marker, { origin: 'coordinator', transactionVersion })
    this.#changed(Number.MAX_SAFE_INTEGER)
  }

  /** Moves the log start offset up to `offset` (DeleteRecords); returns the new log start offset. */
  deleteRecordsBefore(offset: number): number {
    const logStartOffset = this.log.deleteRecordsBefore(offset)
    this.#changed(0)
    return logStartOffset
  }

  /** This node leads the partition, in the image's epoch. */
  lead(image: Pick<PartitionImage, 'leaderEpoch' | 'replicas' | 'isr'>): void {
    this.leaderEpoch = image.leaderEpoch
    this.#replicaCount = image.replicas.length
    this.#inSyncCount = image.isr.length
    this.#countReplicas()
    this.log.assignLeaderEpoch(image.leaderEpoch)
    this.#changed(0)
  }

  configure(config: LogConfig): void {
    this.log.updateConfig(config)
    this.#countReplicas()
  }

  #countReplicas(): void {
    this.hasTooFewReplicas = this.#inSyncCount < Math.min(this.log.config.minInsyncReplicas, this.#replicaCount)
  }

  watch(watcher: PartitionWatcher): void {
    watcher.watchIndex = this.#watchers.length
    this.#watchers.push(watcher)
  }

  unwatch(watcher: PartitionWatcher): void {
    const last = this.#watchers.pop()
    if (last !== undefined && last !== watcher) {
      last.watchIndex = watcher.watchIndex
      this.#watchers[watcher.watchIndex] = last
    }
    watcher.watchIndex = -1
  }

  /** Tells who waits for this partition that it is gone; `isDeleted` is set on all of the topic's partitions before. */
  notifyDeleted(): void {
    for (const watcher of this.#watchers.splice(0)) {
      watcher.watchIndex = -1
      watcher.partitionDeleted()
    }
  }

  get watcherCount(): number {
    return this.#watchers.length
  }

  #changed(appendedBytes: number): void {
    // Backwards: a watcher may leave while it is told, and the one that takes its place was told before.
    for (let i = this.#watchers.length - 1; i >= 0; i--) this.#watchers[i].partitionChanged(appendedBytes)
  }
}
