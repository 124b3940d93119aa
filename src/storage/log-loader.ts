// Opening a partition directory: what the log is before the first append. In Apache Kafka's order: leftovers, segments,
// recovery (only without the clean-shutdown marker), log end and start, epochs, producer state.

import type { Clock, Logger } from '../ports.ts'
import { MalformedCheckpointError } from './checkpoint-file.ts'
import type { FileHandles } from './file-handles.ts'
import { LEADER_EPOCH_CHECKPOINT, LOG_SUFFIX, segmentFileName } from './file-names.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { type LogFiles, readLogFiles } from './log-files.ts'
import { CorruptSnapshotError } from './producer-snapshot.ts'
import { ProducerSnapshots } from './producer-snapshots.ts'
import { ProducerState } from './producer-state.ts'
import {
  CorruptLogError,
  collectEpochs,
  epochsAtDamage,
  type RecoveryResult,
  recoverSegment,
  replayProducers
} from './recovery.ts'
import { Segment, SMALL_SEGMENT_BYTES } from './segment.ts'
import { CorruptSegmentError } from './segment-scan.ts'

export interface LoadOptions {
  handles: FileHandles
  directory: string
  clock: Clock
  logger: Logger
  indexIntervalBytes: number
  producerIdExpirationMs: number
  /** The clean-shutdown marker was there: files are trusted as they are. */
  wasCleanShutdown: boolean
  /** Everything below is on the disk for sure. */
  recoveryPoint: number
  logStartOffset: number
  /**
   * What a bad batch means that good ones follow. 'cut': the log ends there. 'refuse': it is an error when the disk must
   * have had it: in an earlier epoch, because the log was read whole since; or at all, with `wasSynced`.
   */
  damage: 'cut' | 'refuse'
  wasSynced: boolean
  /** Compaction leaves gaps between segments; elsewhere one means that a power cut took what was there. */
  mayHaveGaps: boolean
}

export interface LoadedLog {
  segments: Segment[]
  logStartOffset: number
  logEndOffset: number
  recoveryPoint: number
  epochs: LeaderEpochs
  producers: ProducerState
  snapshots: ProducerSnapshots
}

/** The log of a directory that was just made. Its files come with the first append. */
export function newLog(options: Pick<LoadOptions, 'handles' | 'directory' | 'clock' | 'logStartOffset'>): LoadedLog {
  const { handles, directory, logStartOffset } = options
  const producers = stateAt(logStartOffset)
  return {
    segments: [emptySegment(options, logStartOffset)],
    logStartOffset,
    logEndOffset: logStartOffset,
    recoveryPoint: logStartOffset,
    epochs: new LeaderEpochs(),
    producers,
    snapshots: new ProducerSnapshots(handles.fileSystem, directory, [])
  }
}

export function loadLog(options: LoadOptions): LoadedLog {
  const loader = new LogLoader(options)
  return loader.load()
}

function emptySegment(options: Pick<LoadOptions, 'handles' | 'directory' | 'clock'>, baseOffset: number): Segment {
  const { handles, directory, clock } = options
  return new Segment({ handles, directory, baseOffset, sizeBytes: 0, createdMs: clock.nowMs(), isNew: true })
}

function stateAt(endOffset: number): ProducerState {
  const producers = new ProducerState()
  producers.endOffset = endOffset
  return producers
}

class LogLoader {
  readonly #options: LoadOptions
  readonly #files: LogFiles
  readonly #snapshots: ProducerSnapshots
  readonly #epochs: LeaderEpochs
  #segments: Segment[]
  /** What recovery learned while it read the end of the log. */
  #recovered: ProducerState | undefined

  constructor(options: LoadOptions) {
    this.#options = options
    const { handles, directory } = options
    this.#files = readLogFiles(handles, directory, options.logger)
    this.#snapshots = new ProducerSnapshots(handles.fileSystem, directory, this.#files.snapshotOffsets)
    this.#segments = this.#files.segmentBases.map((base) => this.#openSegment(base))
    this.#epochs = this.#files.names.has(LEADER_EPOCH_CHECKPOINT) ? this.#loadEpochs() : new LeaderEpochs()
  }

  load(): LoadedLog {
    const { options, segments } = { options: this.#options, segments: this.#segments }
    if (options.wasCleanShutdown) this.#rebuildMissingIndexes(segments)
    else this.#recover()
    const logEndOffset = this.#logEnd()
    const isTrusted = options.wasCleanShutdown && this.#segments === segments
    const logStartOffset = Math.max(options.logStartOffset, this.#segments[0].baseOffset)
    this.#epochs.truncateFromEnd(logEndOffset)
    this.#epochs.truncateFromStart(options.logStartOffset)
    const producers = this.#loadProducers(logStartOffset, logEndOffset)
    return {
      segments: this.#segments,
      logStartOffset,
      logEndOffset,
      recoveryPoint: isTrusted ? logEndOffset : Math.min(options.recoveryPoint, logEndOffset),
      epochs: this.#epochs,
      producers,
      snapshots: this.#snapshots
    }
  }

  #openSegment(baseOffset: number): Segment {
    const { handles, directory, clock, wasCleanShutdown, recoveryPoint } = this.#options
    const sizeBytes = handles.fileSystem.fileSize(`${directory}/${segmentFileName(baseOffset, LOG_SUFFIX)}`)
    const segment = new Segment({ handles, directory, baseOffset, sizeBytes, createdMs: clock.nowMs(), isNew: false })
    if (!wasCleanShutdown && baseOffset >= recoveryPoint) segment.syncedBytes = 0
    return segment
  }

  /** After a power cut the file may be torn. Everything it says is in the batches too. */
  #loadEpochs(): LeaderEpochs {
    const { handles, directory, logger } = this.#options
    try {
      return LeaderEpochs.load(handles.fileSystem, `${directory}/${LEADER_EPOCH_CHECKPOINT}`)
    } catch (error) {
      if (!(error instanceof MalformedCheckpointError)) throw error
      logger.warn(`${directory}/${LEADER_EPOCH_CHECKPOINT} is malformed: built again from the batches`)
      const epochs = new LeaderEpochs()
      for (const segment of this.#segments) collectEpochs(segment, epochs)
      return epochs
    }
  }

  #rebuildMissingIndexes(segments: readonly Segment[]): void {
    for (const segment of segments) {
      if (!this.#lacksIndexes(segment)) continue
      this.#options.logger.info(`${segment.path(LOG_SUFFIX)} lacks an index: built again`)
      recoverSegment({ ...this.#recoveryInput(segment), producers: this.#producersAt(segment.baseOffset) })
      segment.writeIndexes()
    }
  }

  /** The indexes of a small last segment were not synced at the last stop: an empty time index may be a lost one. */
  #lacksIndexes(segment: Segment): boolean {
    if (this.#files.withoutIndex.has(segment.baseOffset)) return true
    if (this.#files.withTransactions.has(segment.baseOffset) && !segment.transactionIndex.isSane()) return true
    if (segment !== this.#segments.at(-1) || segment.sizeBytes === 0) return false
    return segment.sizeBytes <= SMALL_SEGMENT_BYTES && segment.timeIndex.count === 0
  }

  #recoveryInput(segment: Segment) {
    return { segment, indexIntervalBytes: this.#options.indexIntervalBytes, epochs: this.#epochs }
  }

  /** From the segment that holds the recovery point on: every batch is checked, the first bad one ends the log. */
  #recover(): void {
    const { recoveryPoint } = this.#options
    const first = Math.max(
      0,
      this.#segments.findLastIndex((segment) => segment.baseOffset <= recoveryPoint)
    )
    this.#rebuildMissingIndexes(this.#segments.slice(0, first))
    const unflushed = this.#segments.slice(first)
    if (unflushed.length === 0) return
    const producers = this.#producersAt(unflushed[0].baseOffset)
    this.#recovered = producers
    this.#snapshots.removeWhere((offset) => offset > unflushed[0].baseOffset)
    for (const [index, segment] of unflushed.entries()) {
      const later = unflushed.slice(index + 1)
      if (index > 0) this.#snapshots.write(segment.baseOffset, producers.encodeSnapshot())
      const result = recoverSegment({ ...this.#recoveryInput(segment), producers })
      segment.syncedBytes = 0
      if (later.length > 0) {
        segment.writeIndexes()
        segment.unloadIndexes()
      }
      if (this.#isSound(segment, result, later)) continue
      this.#refuseDamage(segment, result, later)
      if (segment.sizeBytes > result.validBytes) segment.cutTo(result.validBytes)
      this.#dropSegments(later)
      return
    }
  }

  /** Says so in the log when it is not. */
  #isSound(segment: Segment, result: RecoveryResult, later: readonly Segment[]): boolean {
    const isGap = later.length > 0 && result.nextOffset < later[0].baseOffset && !this.#options.mayHaveGaps
    const reason = result.reason ?? (isGap ? `the next segment begins at offset ${later[0].baseOffset}` : undefined)
    if (reason === undefined) return true
    const lost = segment.sizeBytes - result.validBytes
    const { path, validBytes, nextOffset } = { path: segment.path(LOG_SUFFIX), ...result }
    this.#options.logger.warn(
      `${path} ends at byte ${validBytes}, offset ${nextOffset}: ${reason}. ${lost} bytes and ${later.length} segments cut`
    )
    return false
  }

  #refuseDamage(segment: Segment, result: RecoveryResult, later: readonly Segment[]): void {
    if (this.#options.damage === 'cut') return
    const damage = epochsAtDamage(segment, result.validBytes)
    const after = [damage.after, ...later.map((other) => epochsAtDamage(other, 0).after)]
    const isFollowed = after.some((epoch) => epoch !== undefined)
    const isOld = after.some((epoch) => epoch !== undefined && epoch > (damage.ofBad ?? -1))
    if (!isOld && !(isFollowed && this.#options.wasSynced)) return
    throw new CorruptLogError(
      `${segment.path(LOG_SUFFIX)} is damaged at byte ${result.validBytes}, offset ${result.nextOffset}, ` +
        'and good batches follow: restore the file from a copy'
    )
  }

  #dropSegments(dropped: readonly Segment[]): void {
    const { handles, logger } = this.#options
    for (const segment of dropped) {
      logger.warn(`${segment.path(LOG_SUFFIX)} lies behind damage: removed`)
      for (const path of segment.markDeleted()) handles.fileSystem.removeFile(path)
      this.#snapshots.remove(segment.baseOffset)
    }
    this.#segments = this.#segments.filter((segment) => !dropped.includes(segment))
  }

  #logEnd(): number {
    const { logStartOffset, logger, directory } = this.#options
    const active = this.#segments.at(-1)
    if (active !== undefined) {
      const end = this.#endOf(active)
      if (end >= logStartOffset) return end
      logger.warn(`${directory} ends at offset ${end}, before its start ${logStartOffset}: all segments are removed`)
      this.#dropSegments(this.#segments)
      this.#epochs.clear()
      this.#snapshots.removeWhere(() => true)
    }
    this.#segments = [emptySegment(this.#options, logStartOffset)]
    return logStartOffset
  }

  /** Damage at the end of a log that was stopped cleanly is met like a torn tail. */
  #endOf(active: Segment): number {
    try {
      return active.readNextOffset()
    } catch (error) {
      if (!(error instanceof CorruptSegmentError)) throw error
      const result = recoverSegment({ ...this.#recoveryInput(active), producers: this.#producersAt(active.baseOffset) })
      this.#isSound(active, result, [])
      active.cutTo(result.validBytes)
      return result.nextOffset
    }
  }

  #loadProducers(logStartOffset: number, logEndOffset: number): ProducerState {
    this.#snapshots.removeStrays(new Set(this.#segments.map((segment) => segment.baseOffset)))
    this.#snapshots.removeWhere((offset) => offset > logEndOffset || offset <= logStartOffset)
    if (this.#recovered?.endOffset === logEndOffset) return this.#recovered
    // As Apache Kafka: a clean stop without any snapshot had nothing to say.
    if (this.#options.wasCleanShutdown && this.#snapshots.latest === undefined) return stateAt(logEndOffset)
    return this.#producersAt(logEndOffset, logStartOffset)
  }

  /** The newest usable snapshot at or below the offset, and what the log says from there. */
  #producersAt(offset: number, logStartOffset = this.#options.logStartOffset): ProducerState {
    const { clock, logger, producerIdExpirationMs } = this.#options
    const producers = new ProducerState()
    producers.endOffset = Math.min(offset, Math.max(logStartOffset, this.#segments[0]?.baseOffset ?? 0))
    for (;;) {
      const snapshot = this.#snapshots.offsets.findLast((candidate) => candidate <= offset)
      if (snapshot === undefined) break
      try {
        producers.loadSnapshot(this.#snapshots.read(snapshot), snapshot, clock.nowMs(), producerIdExpirationMs)
        break
      } catch (error) {
        if (!(error instanceof CorruptSnapshotError)) throw error
        logger.warn(`${this.#snapshots.path(snapshot)} cannot be used (${error.message}): removed`)
        this.#snapshots.remove(snapshot)
      }
    }
    for (const [index, segment] of this.#segments.entries()) {
      const end = this.#segments[index + 1]?.baseOffset ?? Number.POSITIVE_INFINITY
      if (end > producers.endOffset && segment.baseOffset < offset) replayProducers(segment, producers, offset)
    }
    producers.endOffset = Math.max(producers.endOffset, offset)
    return producers
  }
}
