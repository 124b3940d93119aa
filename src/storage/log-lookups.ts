// Questions that go over all segments of a log.

import { segmentIndexOf } from './log-reader.ts'
import type { Segment, TimestampedOffset } from './segment.ts'
import type { AbortedTransaction } from './transaction-index.ts'

/** The first record at or after both the time and the log's start. */
export function findByTimestamp(
  segments: readonly Segment[],
  timestampMs: number,
  logStartOffset: number
): TimestampedOffset | undefined {
  for (const segment of segments) {
    if (segment.largestTimestampMs() < timestampMs) continue
    // Deleted records may be all it has at or after the time: then a later segment has the first.
    const found = segment.findByTimestamp(timestampMs, logStartOffset)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first record that has the greatest timestamp of all. */
export function findMaxTimestamp(segments: readonly Segment[]): TimestampedOffset | undefined {
  let latest = segments[0]
  for (const segment of segments) if (segment.maxTimestampMs > latest.maxTimestampMs) latest = segment
  return latest.findMaxTimestamp()
}

/** The aborted transactions that touch [fromOffset, toOffset). */
export function findAborted(segments: readonly Segment[], fromOffset: number, toOffset: number): AbortedTransaction[] {
  const found: AbortedTransaction[] = []
  for (let index = Math.max(0, segmentIndexOf(segments, fromOffset)); index < segments.length; index++) {
    if (segments[index].transactionIndex.collect(fromOffset, toOffset, found)) break
  }
  return found
}
