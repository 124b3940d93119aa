// The three indexes of a segment, each entry compared with the batches of the .log beside it.
//   .index      8 bytes: i32 offset - base, i32 position of the batch whose last offset it is
//   .timeindex 12 bytes: i64 timestamp, i32 offset - base of the batch with that maximum
//   .txnindex  34 bytes: i16 version, i64 producerId, i64 firstOffset, i64 lastOffset, i64 lastStableOffset
// The first two are zero-filled behind their last entry while their segment is active, and after a crash.
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type BatchSummary, summaryOf } from './batch-fields.ts'
import { LogFile } from './log-file.ts'
import type { Report } from './report.ts'

const OFFSET_ENTRY_BYTES = 8
const TIME_ENTRY_BYTES = 12
const ABORTED_ENTRY_BYTES = 34

/** The segment's batches by position and by offset. */
class Segment {
  readonly #batches: readonly BatchSummary[]
  readonly #byPosition: ReadonlyMap<number, BatchSummary>

  constructor(batches: readonly BatchSummary[]) {
    this.#batches = batches
    this.#byPosition = new Map(batches.map((batch) => [batch.position, batch]))
  }

  static of(indexPath: string): Segment | undefined {
    const path = indexPath.replace(/\.(index|timeindex|txnindex)(\.\w+)?$/, '.log$2')
    if (!existsSync(path)) return undefined
    const file = new LogFile(path)
    try {
      return new Segment(Array.from(file.batches(), summaryOf))
    } finally {
      file.close()
    }
  }

  at(position: number): BatchSummary | undefined {
    return this.#byPosition.get(position)
  }

  /** The batch that holds the offset; behind the gaps of compaction, the one that ends at or after it. */
  holding(offset: number): BatchSummary | undefined {
    let low = 0
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#batches[middle].lastOffset < offset) low = middle + 1
      else high = middle
    }
    return this.#batches[low]
  }
}

const baseOffsetOf = (path: string): number => Number.parseInt(basename(path), 10)

async function openSegment(path: string, report: Report): Promise<Segment | undefined> {
  const segment = Segment.of(path)
  if (segment === undefined) await report.note('no .log beside it: entries are not checked')
  return segment
}

/** Bytes up to the last entry that is not all zero. */
function usedBytes(bytes: Buffer, entryBytes: number): number {
  let last = bytes.length - 1
  while (last >= 0 && bytes[last] === 0) last--
  return Math.min(Math.ceil((last + 1) / entryBytes), Math.floor(bytes.length / entryBytes)) * entryBytes
}

async function checkLength(bytes: Buffer, entryBytes: number, report: Report): Promise<void> {
  if (bytes.length % entryBytes === 0) return
  await report.problem(`its ${bytes.length} bytes are not a multiple of ${entryBytes}`)
}

export async function dumpOffsetIndex(path: string, report: Report): Promise<void> {
  const bytes = readFileSync(path)
  const base = baseOffsetOf(path)
  await checkLength(bytes, OFFSET_ENTRY_BYTES, report)
  const segment = await openSegment(path, report)
  let previous = -1
  const end = usedBytes(bytes, OFFSET_ENTRY_BYTES)
  for (let at = 0; at < end; at += OFFSET_ENTRY_BYTES) {
    const offset = base + bytes.readInt32BE(at)
    const position = bytes.readInt32BE(at + 4)
    await report.entry('index', { offset, position })
    if (offset <= previous) await report.problem(`offset ${offset} does not come after ${previous}`)
    previous = offset
    if (segment === undefined) continue
    const batch = segment.at(position)
    if (batch === undefined) await report.problem(`no batch begins at position ${position}`)
    else if (batch.lastOffset !== offset) {
      await report.problem(`the batch at position ${position} ends at offset ${batch.lastOffset}, not ${offset}`)
    }
  }
}

export async function dumpTimeIndex(path: string, report: Report): Promise<void> {
  const bytes = readFileSync(path)
  const base = baseOffsetOf(path)
  await checkLength(bytes, TIME_ENTRY_BYTES, report)
  const segment = await openSegment(path, report)
  let previous = { timestamp: -1, offset: -1 }
  const end = usedBytes(bytes, TIME_ENTRY_BYTES)
  for (let at = 0; at < end; at += TIME_ENTRY_BYTES) {
    const timestamp = Number(bytes.readBigInt64BE(at))
    const offset = base + bytes.readInt32BE(at + 8)
    await report.entry('timeindex', { timestamp, offset })
    if (timestamp <= previous.timestamp || offset < previous.offset) {
      await report.problem(`timestamp ${timestamp} at offset ${offset} does not come after ${JSON.stringify(previous)}`)
    }
    previous = { timestamp, offset }
    const batch = segment?.holding(offset)
    if (segment === undefined) continue
    if (batch === undefined) await report.problem(`offset ${offset} is behind the end of the log`)
    else if (batch.maxTimestamp < timestamp) {
      await report.problem(
        `the batch with offset ${offset} has timestamps up to ${batch.maxTimestamp}, not ${timestamp}`
      )
    }
  }
}

export async function dumpTransactionIndex(path: string, report: Report): Promise<void> {
  const bytes = readFileSync(path)
  await checkLength(bytes, ABORTED_ENTRY_BYTES, report)
  const segment = await openSegment(path, report)
  let previous = -1
  for (let at = 0; at + ABORTED_ENTRY_BYTES <= bytes.length; at += ABORTED_ENTRY_BYTES) {
    const version = bytes.readInt16BE(at)
    const [producerId, firstOffset, lastOffset, lastStableOffset] = [2, 10, 18, 26].map((field) =>
      Number(bytes.readBigInt64BE(at + field))
    )
    await report.entry('aborted', { version, producerId, firstOffset, lastOffset, lastStableOffset })
    if (version !== 0) await report.problem(`version ${version} is unknown`)
    if (lastOffset <= previous) await report.problem(`offset ${lastOffset} does not come after ${previous}`)
    previous = lastOffset
    const marker = segment?.holding(lastOffset)
    if (segment === undefined) continue
    if (marker === undefined || !marker.isControl || marker.producerId !== producerId) {
      await report.problem(`there is no marker of producer ${producerId} at offset ${lastOffset}`)
    }
  }
}
