// The first pass over a log: the last offset of each key in its dirty part, as far as the memory reaches. Aborted batches
// have no say.

import { crcIsValid, isControl, lastOffset } from '../records/batch-header.ts'
import { storedRecords } from '../records/stored-records.ts'
import { segmentsIn } from './compaction-dirty.ts'
import { bodyOf } from './compaction-filter.ts'
import { OffsetMap } from './compaction-offset-map.ts'
import type { CompactionPace } from './compaction-pace.ts'
import { CompactionTransactions } from './compaction-transactions.ts'
import type { Log } from './log.ts'
import type { Segment } from './segment.ts'
import { CorruptSegmentError, type SegmentScan } from './segment-scan.ts'

const RECORDS_AT_ONCE = 64

export interface MapInput {
  log: Log
  firstDirtyOffset: number
  firstUncleanableOffset: number
  pace: CompactionPace
  memoryBytes: number
  loadFactor: number
  /** For reading. */
  bufferBytes: number
}

export async function buildOffsetMap(input: MapInput): Promise<OffsetMap> {
  const { log, firstDirtyOffset, firstUncleanableOffset, memoryBytes, loadFactor } = input
  const keysAtMost = firstUncleanableOffset - firstDirtyOffset
  const map = new OffsetMap({ memoryBytes, loadFactor, keysAtMost })
  const transactions = new CompactionTransactions()
  transactions.add(log.abortedBetween(firstDirtyOffset, firstUncleanableOffset))
  const dirty = segmentsIn(log.segments, firstDirtyOffset, firstUncleanableOffset)
  for (const [index, segment] of dirty.entries()) {
    if (!(await addSegment(segment, map, transactions, input))) break
    // Compaction may have taken the last records of the segment: its end is in the next one's name.
    map.latestOffset = (dirty[index + 1]?.baseOffset ?? firstUncleanableOffset) - 1
  }
  return map
}

/** false when the map is full. */
async function addSegment(
  segment: Segment,
  map: OffsetMap,
  transactions: CompactionTransactions,
  input: MapInput
): Promise<boolean> {
  const { pace, firstDirtyOffset } = input
  const scan = segment.scan(segment.index.positionFor(firstDirtyOffset), input.bufferBytes)
  while (scan.next()) {
    loadSound(scan, segment)
    const { buffer, at } = scan
    if (isControl(buffer, at)) transactions.isMarkerOfNothing(buffer, at)
    else if (!transactions.isAbortedBatch(buffer, at) && !(await addBatch(scan, map, input))) return false
    if (lastOffset(buffer, at) >= firstDirtyOffset) map.latestOffset = lastOffset(buffer, at)
    await pace.spend(scan.size)
    await pace.breathe()
  }
  checkWhole(scan, segment)
  return true
}

async function addBatch(scan: SegmentScan, map: OffsetMap, input: MapInput): Promise<boolean> {
  const { buffer, at } = scan
  let count = 0
  for (const { key, offset } of storedRecords(buffer, at, await bodyOf(buffer, at))) {
    if (key !== null && offset >= input.firstDirtyOffset) {
      if (map.isFull) return false
      map.put(key, offset)
    }
    if (++count % RECORDS_AT_ONCE === 0 && input.pace.isDue) await input.pace.breathe()
  }
  return true
}

/** Damage is never copied: it would get a checksum that hides it. */
export function loadSound(scan: SegmentScan, segment: Segment): void {
  scan.loadWhole()
  if (!crcIsValid(scan.buffer, scan.at)) {
    throw new CorruptSegmentError(segment.log.path, scan.position, 'a batch whose checksum is wrong')
  }
}

/** After the last batch. */
export function checkWhole(scan: SegmentScan, segment: Segment): void {
  if (scan.position < segment.sizeBytes) throw new CorruptSegmentError(segment.log.path, scan.position, 'a torn batch')
}
