// Which segments of a log may go: by age, by size, and those wholly before the log's start. Always the oldest first, and
// never past the end of what is there.

import type { LogConfig } from '../configs/log-config.ts'
import type { Segment } from './segment.ts'

export interface RetentionInput {
  /** Ascending; the last is the active one. */
  segments: readonly Segment[]
  config: LogConfig
  logStartOffset: number
  nowMs: number
}

/** How many of the oldest segments may be removed. */
export function removableSegments(input: RetentionInput): number {
  if (!input.config.cleanupPolicy.has('delete')) return beforeLogStart(input)
  return Math.max(byTime(input), bySize(input), beforeLogStart(input))
}

/** Counts from the oldest on while the rule holds. An empty active segment stays. */
function countWhile(segments: readonly Segment[], rule: (segment: Segment, index: number) => boolean): number {
  let count = 0
  for (const segment of segments) {
    const isLastAndEmpty = count === segments.length - 1 && segment.sizeBytes === 0
    if (isLastAndEmpty || !rule(segment, count)) break
    count++
  }
  return count
}

function byTime({ segments, config, nowMs }: RetentionInput): number {
  if (config.retentionMs < 0) return 0
  return countWhile(segments, (segment) => nowMs - segment.largestTimestampMs() > config.retentionMs)
}

function bySize({ segments, config }: RetentionInput): number {
  if (config.retentionBytes < 0) return 0
  let excess = -config.retentionBytes
  for (const segment of segments) excess += segment.sizeBytes
  return countWhile(segments, (segment) => {
    if (excess - segment.sizeBytes < 0) return false
    excess -= segment.sizeBytes
    return true
  })
}

function beforeLogStart({ segments, logStartOffset }: RetentionInput): number {
  return countWhile(segments, (_, index) => {
    const next = segments[index + 1]
    return next !== undefined && next.baseOffset <= logStartOffset
  })
}
