// The log of one partition: ordered segments, appended to at the end, read anywhere, cut at the start. The only thing that
// writes state to disk. Everything before a write can refuse; after it nothing can.

import type { LogConfig } from '../configs/log-config.ts'
import { KafkaError } from '../error-codes.ts'
import type { Clock, Logger, Random } from '../ports.ts'
import { lastOffsetDelta, NO_PRODUCER_ID, producerId, recordCount } from '../records/batch-header.ts'
import { assignInPlace } from '../records/validate.ts'
import { BatchIntake } from './batch-intake.ts'
import type { LastOfProducer } from './compaction-filter.ts'
import type { FileHandles } from './file-handles.ts'
import { INDEX_SUFFIX, LEADER_EPOCH_CHECKPOINT, SWAP_SUFFIX, TIME_INDEX_SUFFIX } from './file-names.ts'
import type { FlushQueue } from './flush-queue.ts'
import type { EpochEndOffset, LeaderEpochs } from './leader-epochs.ts'
import {
  type AppendOptions,
  type AppendResult,
  arriving,
  checkProducer,
  isInTransaction,
  mustRoll
} from './log-append.ts'
import { LogFlusher } from './log-flusher.ts'
import { isPassing, isSystemError, LogGuard } from './log-guard.ts'
import type { LoadedLog } from './log-loader.ts'
import { findAborted, findByTimestamp, findMaxTimestamp } from './log-lookups.ts'
import { LogReader, type ReadOptions, type ReadResult } from './log-reader.ts'
import { checkDeletable, largerThanSegment, outOfRange } from './log-refusals.ts'
import type { AppendedBatch } from './producer-entry.ts'
import type { ProducerSnapshots } from './producer-snapshots.ts'
import type { CompletedTransaction, ProducerState, ProducerStateView } from './producer-state.ts'
import { removableSegments } from './retention.ts'
import { Segment, SMALL_SEGMENT_BYTES, type TimestampedOffset } from './segment.ts'
import type { AbortedTransaction } from './transaction-index.ts'

/** So much may wait for the disk before a write-back is asked for: the kernel then never has to throttle writers. */
const WRITE_BACK_BYTES = 64 * 1024 * 1024

export interface LogInit {
  topic: string
  partition: number
  topicId: string
  directory: string
  config: LogConfig
  handles: FileHandles
  clock: Clock
  random: Random
  logger: Logger
  flushQueue: FlushQueue
  /** What the log directory has not synced yet and this log depends on: its own entry there, shared files. */
  syncParent(): Promise<void>
  /** Removes files after file.delete.delay.ms. */
  removeLater(paths: readonly string[], delayMs: number): void
  loaded: LoadedLog
}

export class Log {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  readonly directory: string
  readonly #init: LogInit
  #config: LogConfig
  #segments: Segment[]
  #active: Segment
  #rollJitterMs = 0
  #logStartOffset: number
  #logEndOffset: number
  #leaderEpoch: number
  readonly #epochs: LeaderEpochs
  readonly #producers: ProducerState
  readonly #snapshots: ProducerSnapshots
  #lazyIntake: BatchIntake | undefined
  #lazyReader: LogReader | undefined
  readonly #guard: LogGuard
  readonly #flusher: LogFlusher
  /** One function for the queue, which keeps each only once. */
  readonly #flushInBackground = () => (this.isUsable ? this.#flusher.flush() : Promise.resolve())
  #isClosed = false

  constructor(init: LogInit) {
    const { loaded } = init
    this.topic = init.topic
    this.partition = init.partition
    this.topicId = init.topicId
    this.directory = init.directory
    this.#init = init
    this.#config = init.config
    this.#segments = loaded.segments
    this.#active = loaded.segments[loaded.segments.length - 1]
    this.#logStartOffset = loaded.logStartOffset
    this.#logEndOffset = loaded.logEndOffset
    this.#epochs = loaded.epochs
    this.#leaderEpoch = loaded.epochs.latest ?? 0
    this.#producers = loaded.producers
    this.#snapshots = loaded.snapshots
    this.#guard = new LogGuard(init.directory, init.logger)
    this.#flusher = new LogFlusher(init.handles.fileSystem, init.clock, this.#flushTarget(), loaded.recoveryPoint)
    this.#rollJitterMs = this.#newJitter()
  }

  /** Neither closed nor failed. */
  get isUsable(): boolean {
    return !this.#isClosed && !this.#guard.isFailed
  }

  get config(): LogConfig {
    return this.#config
  }

  get logStartOffset(): number {
    return this.#logStartOffset
  }

  /** Also the high watermark: there is one replica. */
  get logEndOffset(): number {
    return this.#logEndOffset
  }

  /** Where read_committed consumers stop: the first offset of the oldest open transaction. */
  get lastStableOffset(): number {
    const unstable = this.#producers.firstUnstableOffset
    return unstable === undefined ? this.#logEndOffset : Math.max(unstable, this.#logStartOffset)
  }

  /** Everything below is on the disk. */
  get recoveryPoint(): number {
    return this.#flusher.recoveryPoint
  }

  get sizeBytes(): number {
    let size = 0
    for (const segment of this.#segments) size += segment.sizeBytes
    return size
  }

  /** Ascending by base offset; the last is the active one. */
  get segments(): readonly Segment[] {
    return this.#segments
  }

  get leaderEpoch(): number {
    return this.#leaderEpoch
  }

  /** Its disk failed: everything is answered with KAFKA_STORAGE_ERROR until the next start. */
  get isFailed(): boolean {
    return this.#guard.isFailed
  }

  get lastFlushMs(): number {
    return this.#flusher.lastFlushMs
  }

  get hasUnflushed(): boolean {
    return this.#flusher.recoveryPoint < this.#logEndOffset
  }

  updateConfig(config: LogConfig): void {
    const { segmentMs, segmentJitterMs } = this.#config
    this.#config = config
    this.#lazyIntake?.updateConfig(config)
    if (config.segmentMs !== segmentMs || config.segmentJitterMs !== segmentJitterMs) {
      this.#rollJitterMs = this.#newJitter()
    }
  }

  /**
   * Checks the one batch in `records`, gives it its offsets and the leader epoch where it lies, and writes it. Refusals are
   * KafkaErrors, in Apache Kafka's order; RecordValidationError names the records.
   */
  append(records: Buffer, options: AppendOptions): AppendResult {
    this.#checkUsable()
    const nowMs = options.nowMs ?? this.#init.clock.nowMs()
    const batch = this.#intake.take(records, options.origin, nowMs)
    if (batch === undefined) return this.#result(-1, -1, -1, 0, 0)
    const firstOffset = this.#logEndOffset
    const lastOffset = firstOffset + lastOffsetDelta(batch, 0)
    const isLogAppendTime = this.#config.messageTimestampType === 'LogAppendTime' && options.origin !== 'raft'
    const timestampMs = this.#intake.maxTimestampMs
    assignInPlace(batch, firstOffset, this.#leaderEpoch, isLogAppendTime, timestampMs)
    if (batch.length > this.#config.segmentBytes) throw largerThanSegment(this, batch.length)
    this.#maybeRoll(batch.length, lastOffset, timestampMs, nowMs)
    if (producerId(batch, 0) > NO_PRODUCER_ID) {
      const duplicate = options.origin === 'client' ? this.#producers.findDuplicate(batch, 0) : undefined
      if (duplicate !== undefined) return this.#duplicateResult(duplicate, batch)
      const marker = checkProducer(this.#producers, batch, firstOffset, options)
      this.#write(batch, firstOffset, lastOffset, timestampMs)
      const completed = this.#producers.apply(batch, 0, marker)
      if (completed !== undefined) this.#completeTransaction(completed)
    } else {
      this.#write(batch, firstOffset, lastOffset, timestampMs)
      this.#producers.endOffset = lastOffset + 1
    }
    return this.#result(firstOffset, lastOffset, isLogAppendTime ? nowMs : -1, recordCount(batch, 0), batch.length)
  }

  /** Whether `convert` would change the batch: compression.type asks for another codec. */
  needsConversion(records: Buffer): boolean {
    return this.#intake.needsConversion(records)
  }

  /**
   * The batch in the topic's codec, made off the event loop where the codec allows, after the same checks that `append`
   * makes (which it makes again: they are cheap beside compression).
   */
  convert(records: Buffer): Promise<Buffer> {
    return this.#intake.convert(records, this.#init.clock.nowMs())
  }

  /** Whole batches from the one that holds the offset on. OFFSET_OUT_OF_RANGE outside the log. */
  read(offset: number, options: ReadOptions): ReadResult {
    this.#checkUsable()
    if (offset < this.#logStartOffset || offset > this.#logEndOffset) throw outOfRange(this, offset)
    return this.#guard.run('read', () => this.#reader.read(this.#segments, offset, this.#logEndOffset, options))
  }

  /** The first record at or after a time; undefined when all are before it. */
  offsetForTimestamp(timestampMs: number): TimestampedOffset | undefined {
    this.#checkUsable()
    return this.#guard.run('read', () => findByTimestamp(this.#segments, timestampMs, this.#logStartOffset))
  }

  /** The first record that has the log's greatest timestamp. */
  maxTimestampOffset(): TimestampedOffset | undefined {
    this.#checkUsable()
    return this.#guard.run('read', () => findMaxTimestamp(this.#segments))
  }

  epochEndOffset(leaderEpoch: number): EpochEndOffset {
    return this.#epochs.endOffsetFor(leaderEpoch, this.#logEndOffset)
  }

  leaderEpochOf(offset: number): number | undefined {
    return this.#epochs.epochOf(offset)
  }

  /** This node leads from here on: the epoch begins at the log's end, and is on disk before its first batch. */
  assignLeaderEpoch(epoch: number): void {
    this.#leaderEpoch = epoch
    this.#epochs.assign(epoch, this.#logEndOffset)
  }

  /**
   * The log starts at the offset now (-1: at its end); the segments before it go at the next retention run. Returns the
   * log's start.
   */
  deleteRecordsBefore(offset: number): number {
    this.#checkUsable()
    const start = offset === -1 ? this.#logEndOffset : offset
    checkDeletable(this, start)
    this.#raiseLogStart(start)
    return this.#logStartOffset
  }

  /** Those that a read_committed reader of [fromOffset, toOffset) must leave out. */
  abortedTransactions(fromOffset: number, toOffset: number): { producerId: number; firstOffset: number }[] {
    const aborted = this.#guard.run('read', () => this.abortedBetween(fromOffset, toOffset))
    return aborted.map(({ producerId: id, firstOffset }) => ({ producerId: id, firstOffset }))
  }

  /** As the transaction indexes have them. */
  abortedBetween(fromOffset: number, toOffset: number): AbortedTransaction[] {
    return findAborted(this.#segments, fromOffset, toOffset)
  }

  producers(): ProducerStateView[] {
    return this.#producers.views()
  }

  /** Whether the producer's transaction is open in this log; INVALID_PRODUCER_EPOCH when its epoch is over. */
  isInTransaction(id: number, epoch: number): boolean {
    return isInTransaction(this.#producers.entry(id), id, epoch)
  }

  removeExpiredProducers(nowMs: number, expirationMs: number): void {
    this.#producers.removeExpired(nowMs, expirationMs)
  }

  /** What compaction must leave of each producer. */
  lastOfProducers(): Map<number, LastOfProducer> {
    const last = new Map<number, LastOfProducer>()
    for (const [id, { lastOffset, epoch }] of this.#producers.producers) last.set(id, { lastOffset, epoch })
    return last
  }

  /**
   * Puts a compacted segment, complete and on the disk, in the place of the neighbours it was made from. From the moment it
   * is named `.swap` the next start would do the same, so a failure after that takes the log offline.
   */
  replaceSegments(cleaned: Segment, replaced: readonly Segment[]): void {
    this.#checkUsable()
    const first = this.#segments.indexOf(replaced[0])
    if (replaced.some((segment, index) => this.#segments[first + index] !== segment)) {
      throw new Error(`Segments of ${this.directory} are gone that were compacted`)
    }
    cleaned.changeFileSuffix(SWAP_SUFFIX)
    const paths: string[] = []
    try {
      for (const segment of replaced) paths.push(...segment.markDeleted())
      cleaned.changeFileSuffix('')
      for (const segment of replaced.slice(1)) {
        const snapshot = this.#snapshots.markDeleted(segment.baseOffset)
        if (snapshot !== undefined) paths.push(snapshot)
      }
    } catch (error) {
      throw this.#guard.failForGood('put compacted segments in place in', error)
    }
    this.#segments = this.#segments.toSpliced(first, replaced.length, cleaned)
    this.#lazyReader?.forget()
    this.#flusher.namesChanged()
    this.#init.removeLater(paths, this.#config.fileDeleteDelayMs)
  }

  /** Resolves when everything appended so far is on the disk; many callers share one sync. */
  flush(): Promise<void> {
    if (this.#isClosed || !this.hasUnflushed) return Promise.resolve()
    if (this.#guard.isFailed) return Promise.reject(this.#guard.storageError())
    return this.#flusher.flush()
  }

  /** Removes the segments that the topic's retention no longer wants; returns how many. */
  runRetention(nowMs: number): number {
    if (!this.isUsable) return 0
    const segments = this.#segments
    const count = removableSegments({ segments, config: this.#config, logStartOffset: this.#logStartOffset, nowMs })
    if (count === 0) return 0
    return this.#guard.run('remove segments of', () => {
      if (count === segments.length) this.#roll()
      const removed = this.#segments.slice(0, count)
      this.#raiseLogStart(this.#segments[count].baseOffset)
      this.#removeSegments(removed)
      return removed.length
    })
  }

  /** For a clean stop: everything on the disk, so exactly that nothing has to be read again. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    if (this.writeFinalState()) await Promise.all([this.#flusher.flush(), this.#syncFilesOfCleanStop()])
    this.closeFiles()
  }

  /** A clean stop up to the syncs; false when there is nothing to sync. May be called again, and before close(). */
  writeFinalState(): boolean {
    if (!this.isUsable || this.#isUntouched()) return false
    this.#active.noteFinalTimestamp()
    for (const segment of this.#segments) segment.writeIndexes()
    this.#writeEpochs()
    this.#takeSnapshot({ evenIfEmpty: this.#segments.length > 1 })
    return true
  }

  /** In place of close(), when the whole file system was synced after writeFinalState(). */
  closeSynced(): void {
    this.#flusher.recoveryPoint = this.#logEndOffset
    this.closeFiles()
  }

  /** Without writing anything: a directory that is about to be removed, or a process that dies. */
  closeFiles(): void {
    this.#isClosed = true
    for (const segment of this.#segments) segment.close()
    this.#lazyReader?.forget()
  }

  #maybeRoll(sizeBytes: number, lastOffset: number, maxTimestampMs: number, nowMs: number): void {
    arriving.sizeBytes = sizeBytes
    arriving.lastOffset = lastOffset
    arriving.maxTimestampMs = maxTimestampMs
    arriving.nowMs = nowMs
    if (mustRoll(this.#active, this.#config, this.#rollJitterMs)) this.#guard.run('roll', () => this.#roll())
  }

  /** A new active segment at the log's end. The old one is synced in the background, with its indexes. */
  #roll(): void {
    const { handles, clock } = this.#init
    const old = this.#active
    const segment = new Segment({
      handles,
      directory: this.directory,
      baseOffset: this.#logEndOffset,
      sizeBytes: 0,
      createdMs: clock.nowMs(),
      isNew: true
    })
    // First what can fail: it must not leave a segment behind that the next start takes for the log's end.
    this.#takeSnapshot({ evenIfEmpty: true })
    old.syncCut()
    segment.createFile()
    old.noteFinalTimestamp()
    this.#segments = [...this.#segments, segment]
    this.#active = segment
    this.#rollJitterMs = this.#newJitter()
    this.#flusher.namesChanged()
    this.#init.flushQueue.request(this.#flushInBackground)
  }

  #write(batch: Buffer, firstOffset: number, lastOffset: number, timestampMs: number): void {
    const active = this.#active
    try {
      if (this.#epochs.latest !== this.#leaderEpoch) this.#epochs.assign(this.#leaderEpoch, firstOffset)
      if (this.#epochs.isDirty) this.#writeEpochs()
      active.append(batch, lastOffset, timestampMs, this.#config.indexIntervalBytes)
    } catch (error) {
      this.#undoWrite(active, error)
    }
    this.#logEndOffset = lastOffset + 1
    if (active.sizeBytes - active.syncedBytes >= WRITE_BACK_BYTES)
      this.#init.flushQueue.request(this.#flushInBackground)
  }

  #writeEpochs(): void {
    const path = `${this.directory}/${LEADER_EPOCH_CHECKPOINT}`
    if (this.#epochs.writeIfDirty(this.#init.handles.fileSystem, path)) this.#flusher.namesChanged()
  }

  /** A full disk costs this append only; after any other error the file may say anything. */
  #undoWrite(segment: Segment, error: unknown): never {
    if (!isSystemError(error)) throw error
    if (isPassing(error) && segment.hasFile) {
      this.#guard.run('cut a torn batch off', () => segment.cutTo(segment.sizeBytes))
    }
    throw this.#guard.fail('write to', error)
  }

  #completeTransaction(completed: CompletedTransaction): void {
    const lastStableOffset = this.#producers.lastStableOffsetAfter(completed)
    if (completed.isAborted) {
      this.#guard.run('write the transaction index of', () => {
        this.#active.transactionIndex.append({ ...completed, lastStableOffset })
      })
    }
    this.#producers.complete(completed)
  }

  #raiseLogStart(offset: number): void {
    if (offset <= this.#logStartOffset) return
    this.#logStartOffset = offset
    this.#epochs.truncateFromStart(offset)
  }

  #removeSegments(removed: readonly Segment[]): void {
    this.#segments = this.#segments.filter((segment) => !removed.includes(segment))
    this.#lazyReader?.forget()
    const paths: string[] = []
    for (const segment of removed) {
      paths.push(...segment.markDeleted())
      const snapshot = this.#snapshots.markDeleted(segment.baseOffset)
      if (snapshot !== undefined) paths.push(snapshot)
    }
    this.#init.removeLater(paths, this.#config.fileDeleteDelayMs)
  }

  /**
   * Named after the log's end; nothing new since the last one needs no new one. A log of one segment that never saw a
   * producer needs none at all.
   */
  #takeSnapshot({ evenIfEmpty }: { evenIfEmpty: boolean }): void {
    const end = this.#producers.endOffset
    const latest = this.#snapshots.latest
    if (end <= (latest ?? this.#logStartOffset)) return
    if (!evenIfEmpty && latest === undefined && this.#producers.producers.size === 0) return
    this.#snapshots.write(end, this.#producers.encodeSnapshot())
    this.#flusher.namesChanged()
  }

  /** Nothing was written since the log was opened, or since it was last closed cleanly. */
  #isUntouched(): boolean {
    return (
      !this.hasUnflushed &&
      this.#segments.every((segment) => segment.indexesAreWritten || !segment.hasFile) &&
      !this.#epochs.isDirty
    )
  }

  /** The indexes of a small segment need no sync: the next start sees that they are missing, and reads it again. */
  #syncFilesOfCleanStop(): Promise<void> {
    const paths: string[] = []
    if (this.#active.sizeBytes > SMALL_SEGMENT_BYTES) {
      paths.push(this.#active.path(INDEX_SUFFIX), this.#active.path(TIME_INDEX_SUFFIX))
    }
    if (this.#snapshots.latest !== undefined) paths.push(this.#snapshots.path(this.#snapshots.latest))
    return this.#flusher.syncFiles(paths)
  }

  #flushTarget() {
    const log = this
    return {
      directory: this.directory,
      get segments() {
        return log.#segments
      },
      get logEndOffset() {
        return log.#logEndOffset
      },
      get isClosed() {
        return log.#isClosed
      },
      syncParent: () => log.#init.syncParent(),
      failed(error: unknown) {
        return log.#isClosed ? error : log.#guard.fail('sync', error)
      }
    }
  }

  #checkUsable(): void {
    this.#guard.check()
    if (this.#isClosed) throw new KafkaError('NOT_LEADER_OR_FOLLOWER', `${this.topic}-${this.partition} is closed`)
  }

  #duplicateResult(duplicate: AppendedBatch, batch: Buffer): AppendResult {
    const first = duplicate.lastOffset - duplicate.offsetDelta
    const result = this.#result(first, duplicate.lastOffset, duplicate.timestampMs, recordCount(batch, 0), batch.length)
    result.isDuplicate = true
    return result
  }

  #result(first: number, last: number, logAppendTimeMs: number, count: number, sizeBytes: number): AppendResult {
    return {
      firstOffset: first,
      lastOffset: last,
      logAppendTimeMs,
      logStartOffset: this.#logStartOffset,
      isDuplicate: false,
      recordCount: count,
      sizeBytes,
      needsFlush: this.#logEndOffset - this.#flusher.recoveryPoint >= this.#config.flushMessages
    }
  }

  get #intake(): BatchIntake {
    this.#lazyIntake ??= new BatchIntake(this.#config, this.topic, this.partition)
    return this.#lazyIntake
  }

  get #reader(): LogReader {
    this.#lazyReader ??= new LogReader()
    return this.#lazyReader
  }

  #newJitter(): number {
    const { segmentJitterMs, segmentMs } = this.#config
    return segmentJitterMs === 0 ? 0 : Math.floor(this.#init.random.float() * Math.min(segmentJitterMs, segmentMs))
  }
}
