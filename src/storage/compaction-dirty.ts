// What of a log has to be compacted: the segments between the cleaner's last offset and the first that must not be touched
// yet. Decides nothing by itself: the cleaner takes the dirtiest of all logs.

import type { LogConfig } from '../configs/log-config.ts'
import type { Segment } from './segment.ts'

const LONG_MAX = Number.MAX_SAFE_INTEGER

/** What of a log is looked at. */
export interface CompactableLog {
  readonly config: LogConfig
  /** Ascending; the last is the active one, which is never compacted. */
  readonly segments: readonly Segment[]
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly lastStableOffset: number
}

export interface DirtyRange {
  firstDirtyOffset: number
  /** A segment's base. */
  firstUncleanableOffset: number
  cleanableBytes: number
  /** Of everything that would be read. */
  totalBytes: number
  /** Of cleanableBytes in totalBytes. */
  ratio: number
  /** Something waits for longer than max.compaction.lag.ms. */
  isOverdue: boolean
  /** The cleaner's last offset was outside the log. */
  wasReset: boolean
}

/** `checkpoint`: where the last run ended; undefined before the first. */
export function dirtyRange(log: CompactableLog, checkpoint: number | undefined, nowMs: number): DirtyRange {
  const { logStartOffset, logEndOffset, segments } = log
  const last = checkpoint ?? logStartOffset
  const wasReset = last < logStartOffset || last > logEndOffset
  const firstDirtyOffset = wasReset ? logStartOffset : last
  const limit = Math.max(firstDirtyOffset, uncleanableOffset(log, firstDirtyOffset, nowMs))
  const active = segments[segments.length - 1]
  const firstUncleanableOffset = (inactiveFrom(segments, limit)[0] ?? active).baseOffset
  const dirty = segmentsIn(segments, Math.min(firstDirtyOffset, firstUncleanableOffset), firstUncleanableOffset)
  const cleanableBytes = sizeOf(dirty)
  const totalBytes = sizeOf(segmentsIn(segments, -1, firstDirtyOffset)) + cleanableBytes
  return {
    firstDirtyOffset,
    firstUncleanableOffset,
    cleanableBytes,
    totalBytes,
    ratio: totalBytes === 0 ? 0 : cleanableBytes / totalBytes,
    isOverdue: isOverdue(log, firstDirtyOffset, nowMs),
    wasReset
  }
}

export function isDirtyEnough(range: DirtyRange, config: LogConfig): boolean {
  if (range.totalBytes === 0) return false
  return (range.isOverdue && range.cleanableBytes > 0) || range.ratio > config.minCleanableDirtyRatio
}

/** The segments from the one that holds `from` on that begin before `to`. */
export function segmentsIn(segments: readonly Segment[], from: number, to: number): Segment[] {
  if (to <= from) return []
  return segments.filter((segment, index) => {
    const next = segments[index + 1]
    return segment.baseOffset < to && (next === undefined || next.baseOffset > from)
  })
}

function inactiveFrom(segments: readonly Segment[], offset: number): Segment[] {
  return segmentsIn(segments, offset, segments[segments.length - 1].baseOffset)
}

/** Not the active segment, not what is still open, nothing younger than min.compaction.lag.ms. */
function uncleanableOffset(log: CompactableLog, firstDirtyOffset: number, nowMs: number): number {
  const { segments, lastStableOffset, config } = log
  const limit = Math.min(lastStableOffset, segments[segments.length - 1].baseOffset)
  if (config.minCompactionLagMs <= 0) return limit
  const young = inactiveFrom(segments, firstDirtyOffset).find(
    (segment) => segment.largestTimestampMs() > nowMs - config.minCompactionLagMs
  )
  return young === undefined ? limit : Math.min(limit, young.baseOffset)
}

function isOverdue({ segments, config }: CompactableLog, firstDirtyOffset: number, nowMs: number): boolean {
  if (config.maxCompactionLagMs >= LONG_MAX) return false
  const latestMs = nowMs - Math.max(config.maxCompactionLagMs, 0)
  return inactiveFrom(segments, firstDirtyOffset).some((segment) => {
    const firstMs = segment.firstTimestampMs() ?? -1
    return firstMs > 0 && firstMs < latestMs
  })
}

function sizeOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.sizeBytes, 0)
}
