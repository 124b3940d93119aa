// Which neighbouring segments become one: as many as would fit one segment even if nothing could be removed.

import type { CompactionPace } from './compaction-pace.ts'
import type { Segment } from './segment.ts'

const RELATIVE_OFFSET_MAX = 0x7fffffff
const INDEX_ENTRY_BYTES = 8
const TIME_INDEX_ENTRY_BYTES = 12

export interface GroupLimits {
  segmentBytes: number
  /** Of each index. */
  indexBytes: number
  firstUncleanableOffset: number
}

/** Reads the indexes of all of them, so it keeps to the pace. */
export async function groupSegments(
  segments: readonly Segment[],
  limits: GroupLimits,
  pace: CompactionPace
): Promise<Segment[][]> {
  const groups: Segment[][] = []
  let sizes = { log: 0, index: 0, timeIndex: 0 }
  for (const [position, segment] of segments.entries()) {
    await pace.breathe()
    const own = sizesOf(segment)
    const sum = {
      log: sizes.log + own.log,
      index: sizes.index + own.index,
      timeIndex: sizes.timeIndex + own.timeIndex
    }
    const group = groups[groups.length - 1]
    const next = segments[position + 1]?.baseOffset ?? limits.firstUncleanableOffset
    const fits =
      group !== undefined &&
      sum.log <= limits.segmentBytes &&
      sum.index <= limits.indexBytes &&
      sum.timeIndex <= limits.indexBytes &&
      (own.log === 0 || next - 1 - group[0].baseOffset <= RELATIVE_OFFSET_MAX)
    if (fits) group.push(segment)
    else groups.push([segment])
    sizes = fits ? sum : own
  }
  return groups
}

function sizesOf(segment: Segment) {
  return {
    log: segment.sizeBytes,
    index: segment.index.count * INDEX_ENTRY_BYTES,
    timeIndex: segment.timeIndex.count * TIME_INDEX_ENTRY_BYTES
  }
}
