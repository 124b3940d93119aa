// What stays of one batch. Apache Kafka's rules: the last record of each key; tombstones until their delete horizon, which
// the first run that meets them sets; markers until their transaction has no batch left and then as tombstones; aborted
// batches never; and, emptied, the batch that says a living producer's last sequence or the end of what was compacted.

import { decompressAsync } from '../bytes/compression.ts'
import {
  baseTimestamp,
  batchSizeBytes,
  codec,
  hasDeleteHorizon,
  isControl,
  lastOffset,
  magic,
  NO_PRODUCER_ID,
  producerEpoch,
  producerId
} from '../records/batch-header.ts'
import { emptiedBatch, retainedBatch } from '../records/retained-batch.ts'
import { type StoredRecord, storedBody, storedRecords } from '../records/stored-records.ts'
import type { OffsetMap } from './compaction-offset-map.ts'
import type { CompactionPace } from './compaction-pace.ts'
import type { CompactionTransactions } from './compaction-transactions.ts'

/** So many records between two looks at the clock. */
const RECORDS_AT_ONCE = 64

/** What the log has to remember of a producer. */
export interface LastOfProducer {
  /** Of its data; -1 when its last batch is a marker. */
  lastOffset: number
  epoch: number
}

export interface FilterInput {
  map: OffsetMap
  transactions: CompactionTransactions
  pace: CompactionPace
  producers: ReadonlyMap<number, LastOfProducer>
  /** What comes after the last offset of this run. */
  endOffset: number
  deleteRetentionMs: number
  nowMs: number
}

/** Of legacy messages, whose batches have no place for a horizon, the segment decides. */
export interface SegmentRules {
  keepsLegacyTombstones: boolean
}

/** The records of a batch before compression, off the event loop where that pays. */
export async function bodyOf(buffer: Buffer, at: number): Promise<Buffer> {
  const id = codec(buffer, at)
  if (id === 0 || magic(buffer, at) < 2) return storedBody(buffer, at)
  return decompressAsync(id, storedBody(buffer, at))
}

/** The batch to write in its place: the same bytes when nothing changes; undefined for nothing at all. */
export async function filterBatch(
  buffer: Buffer,
  at: number,
  input: FilterInput,
  rules: SegmentRules
): Promise<Buffer | undefined> {
  const verdict = judge(buffer, at, input)
  const { retained, isWhole } = verdict.dropsRecords ? NOTHING : await retainedRecords(buffer, at, input, rules)
  if (retained.length === 0) return verdict.keepsEmpty ? emptiedBatch(buffer, at) : undefined
  const hasHorizon = hasDeleteHorizon(buffer, at)
  const needsHorizon = !hasHorizon && (verdict.isMarkerOfNothing || retained.some(({ hasValue }) => !hasValue))
  if (isWhole && !needsHorizon && magic(buffer, at) >= 2) return buffer.subarray(at, at + batchSizeBytes(buffer, at))
  const newHorizonMs = needsHorizon ? input.nowMs + input.deleteRetentionMs : undefined
  return retainedBatch(buffer, at, retained, hasHorizon ? baseTimestamp(buffer, at) : newHorizonMs)
}

interface Verdict {
  dropsRecords: boolean
  keepsEmpty: boolean
  isMarkerOfNothing: boolean
}

function judge(buffer: Buffer, at: number, input: FilterInput): Verdict {
  const isMarker = isControl(buffer, at)
  const { transactions, nowMs } = input
  const isObsolete = isMarker ? transactions.isMarkerOfNothing(buffer, at) : transactions.isAbortedBatch(buffer, at)
  const isPastHorizon = hasDeleteHorizon(buffer, at) && baseTimestamp(buffer, at) <= nowMs
  return {
    dropsRecords: isObsolete && (!isMarker || isPastHorizon),
    keepsEmpty: isLastOfProducer(buffer, at, input) || lastOffset(buffer, at) + 1 === input.endOffset,
    isMarkerOfNothing: isMarker && isObsolete
  }
}

function isLastOfProducer(buffer: Buffer, at: number, { producers }: FilterInput): boolean {
  const id = producerId(buffer, at)
  const last = id > NO_PRODUCER_ID ? producers.get(id) : undefined
  if (last === undefined) return false
  if (last.lastOffset >= 0) return lastOffset(buffer, at) === last.lastOffset
  return isControl(buffer, at) && producerEpoch(buffer, at) === last.epoch
}

interface RetainedRecords {
  retained: StoredRecord[]
  /** None was dropped. */
  isWhole: boolean
}

const NOTHING: RetainedRecords = { retained: [], isWhole: false }

async function retainedRecords(
  buffer: Buffer,
  at: number,
  input: FilterInput,
  rules: SegmentRules
): Promise<RetainedRecords> {
  const isMarker = isControl(buffer, at)
  const keepsTombstones = keepsTombstonesOf(buffer, at, input, rules)
  const retained: StoredRecord[] = []
  let count = 0
  for (const record of storedRecords(buffer, at, await bodyOf(buffer, at))) {
    if (isMarker || isKept(record, input.map, keepsTombstones)) retained.push(record)
    if (++count % RECORDS_AT_ONCE === 0 && input.pace.isDue) await input.pace.breathe()
  }
  return { retained, isWhole: retained.length === count }
}

function keepsTombstonesOf(buffer: Buffer, at: number, { nowMs }: FilterInput, rules: SegmentRules): boolean {
  if (magic(buffer, at) < 2) return rules.keepsLegacyTombstones
  return !hasDeleteHorizon(buffer, at) || nowMs < baseTimestamp(buffer, at)
}

/** A record without a key has no business in a compacted log. */
function isKept(record: StoredRecord, map: OffsetMap, keepsTombstones: boolean): boolean {
  if (record.offset > map.latestOffset) return true
  if (record.key === null) return false
  return record.offset >= map.get(record.key) && (record.hasValue || keepsTombstones)
}
