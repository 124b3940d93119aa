// One compaction of one log, as Apache Kafka's cleaner does it: learn the last offset of each key in the dirty part, write
// the segments anew with what stays, put them in place of the old ones. `.cleaned` files are half-written, `.swap` files are
// complete: a start removes the former and puts the latter in place, so a crash at any step leaves the old log or the new.

import type { Logger } from '../ports.ts'
import { syncFile } from './atomic-file.ts'
import { segmentsIn } from './compaction-dirty.ts'
import { type FilterInput, filterBatch, type SegmentRules } from './compaction-filter.ts'
import { groupSegments } from './compaction-groups.ts'
import { buildOffsetMap, checkWhole, loadSound } from './compaction-map.ts'
import type { CompactionPace } from './compaction-pace.ts'
import { CompactionTransactions } from './compaction-transactions.ts'
import { CompactedSegmentWriter } from './compaction-writer.ts'
import type { FileHandles } from './file-handles.ts'
import { CLEANED_SUFFIX, SWAP_SUFFIX } from './file-names.ts'
import type { Log } from './log.ts'
import { Segment } from './segment.ts'

export interface CompactionInput {
  log: Log
  handles: FileHandles
  logger: Logger
  pace: CompactionPace
  nowMs: number
  firstDirtyOffset: number
  firstUncleanableOffset: number
  /** For the offset map. */
  memoryBytes: number
  loadFactor: number
  /** For reading, and as much again for writing. */
  bufferBytes: number
}

export interface CompactionResult {
  /** Everything below is clean now. */
  endOffset: number
  bytesBefore: number
  bytesAfter: number
}

export async function compactLog(input: CompactionInput): Promise<CompactionResult> {
  const { log, firstUncleanableOffset, pace, nowMs } = input
  const map = await buildOffsetMap(input)
  const endOffset = map.latestOffset + 1
  const { segmentBytes, segmentIndexBytes, deleteRetentionMs } = log.config
  const limits = { segmentBytes, indexBytes: segmentIndexBytes, firstUncleanableOffset }
  const transactions = new CompactionTransactions()
  const result = { endOffset, bytesBefore: 0, bytesAfter: 0 }
  const legacyHorizonMs = legacyDeleteHorizonMs(input)
  for (const group of await groupSegments(segmentsIn(log.segments, 0, endOffset), limits, pace)) {
    const producers = log.lastOfProducers()
    const filter = { map, transactions, pace, producers, endOffset: firstUncleanableOffset, deleteRetentionMs, nowMs }
    for (const segment of group) result.bytesBefore += segment.sizeBytes
    result.bytesAfter += await compactGroup(group, filter, input, legacyHorizonMs)
  }
  return result
}

/** Legacy tombstones go with segments that are this old; Apache Kafka asks the files' times, which copies do not keep. */
function legacyDeleteHorizonMs({ log, firstDirtyOffset }: CompactionInput): number {
  const lastClean = segmentsIn(log.segments, 0, firstDirtyOffset).at(-1)
  return lastClean === undefined ? 0 : lastClean.largestTimestampMs() - log.config.deleteRetentionMs
}

/** Returns the new segment's size. */
async function compactGroup(
  group: readonly Segment[],
  filter: FilterInput,
  input: CompactionInput,
  legacyHorizonMs: number
): Promise<number> {
  const { log, handles } = input
  const cleaned = newCleanedSegment(group, input)
  try {
    filter.transactions.index = cleaned.transactionIndex
    const writer = new CompactedSegmentWriter(cleaned, log.config.indexIntervalBytes, input.bufferBytes)
    for (const [index, segment] of group.entries()) {
      const end = group[index + 1]?.baseOffset ?? segment.readNextOffset()
      filter.transactions.add(log.abortedBetween(segment.baseOffset, end))
      const keepsLegacyTombstones = segment.largestTimestampMs() > legacyHorizonMs
      await copySegment(segment, writer, filter, input, { keepsLegacyTombstones })
    }
    writer.flush()
    await makeDurable(cleaned, input)
    log.replaceSegments(cleaned, group)
  } catch (error) {
    discard(cleaned, input)
    throw error
  }
  await handles.fileSystem.syncDirectoryAsync(log.directory)
  input.pace.check()
  return cleaned.sizeBytes
}

function newCleanedSegment(group: readonly Segment[], { log, handles }: CompactionInput): Segment {
  const { directory } = log
  const first = group[0]
  const cleaned = new Segment({
    handles,
    directory,
    baseOffset: first.baseOffset,
    sizeBytes: 0,
    createdMs: group[group.length - 1].createdMs,
    isNew: true,
    fileSuffix: CLEANED_SUFFIX
  })
  // What a run before this one could not remove.
  cleaned.removeFiles(CLEANED_SUFFIX, SWAP_SUFFIX)
  cleaned.createFile()
  return cleaned
}

async function copySegment(
  segment: Segment,
  writer: CompactedSegmentWriter,
  filter: FilterInput,
  input: CompactionInput,
  rules: SegmentRules
): Promise<void> {
  const { pace } = input
  const scan = segment.scan(0, input.bufferBytes)
  while (scan.next()) {
    loadSound(scan, segment)
    const kept = await filterBatch(scan.buffer, scan.at, filter, rules)
    if (kept !== undefined) writer.add(kept)
    await pace.spend(scan.size + (kept?.length ?? 0))
    await pace.breathe()
  }
  checkWhole(scan, segment)
}

/** Before it gets its name: nothing below the recovery point is ever read again. */
async function makeDurable(cleaned: Segment, { handles, pace }: CompactionInput): Promise<void> {
  cleaned.noteFinalTimestamp()
  await cleaned.sync()
  await cleaned.syncIndexes(async (paths) => {
    await Promise.all(paths.map((path) => syncFile(handles.fileSystem, path)))
  })
  cleaned.unloadIndexes()
  pace.check()
}

/** A log that failed or was closed keeps the files for the next start, which knows what to do with them. */
function discard(cleaned: Segment, { log, logger }: CompactionInput): void {
  cleaned.close()
  if (!log.isUsable) return
  try {
    cleaned.removeFiles(CLEANED_SUFFIX, SWAP_SUFFIX)
  } catch (error) {
    logger.warn(`Half of a compaction is left in ${log.directory}; the next one or the next start removes it`, {
      reason: (error as Error).message
    })
  }
}
