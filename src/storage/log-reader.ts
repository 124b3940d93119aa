// Reading a log: one pread into a buffer the caller may provide. Where the last reads ended is remembered, so that a
// consumer that follows the log never searches the index.

import { KafkaError } from '../error-codes.ts'
import { baseOffset, LOG_OVERHEAD_BYTES, lastOffset, MIN_BATCH_LENGTH } from '../records/batch-header.ts'
import type { Segment } from './segment.ts'

export interface ReadOptions {
  maxBytes: number
  /** The first batch is given even when it is larger than maxBytes (KIP-74). */
  minOneBatch: boolean
  /** Batches that start here or later are not given: the last stable offset for read_committed. */
  limitOffset?: number
  /** Where the bytes go: at least `size` long. */
  allocate?: (size: number) => Buffer
}

export interface ReadResult {
  /** Whole batches. */
  records: Buffer
  /** After the last batch given; the asked offset when none is. */
  nextOffset: number
}

const EMPTY = Buffer.alloc(0)
const REMEMBERED = 4

export class LogReader {
  /** Ends of the last reads: the batch that holds the offset starts at the position. */
  readonly #offsets: number[] = []
  readonly #segments: Segment[] = []
  readonly #positions: number[] = []
  #slot = 0

  /** After segments were removed, cut or replaced. */
  forget(): void {
    this.#offsets.length = 0
    this.#segments.length = 0
    this.#positions.length = 0
    this.#slot = 0
  }

  /** The caller has checked that the offset is in the log. */
  read(segments: readonly Segment[], offset: number, endOffset: number, options: ReadOptions): ReadResult {
    const limit = options.limitOffset ?? endOffset
    if (offset >= endOffset || offset >= limit) return { records: EMPTY, nextOffset: offset }
    const known = this.#offsets.indexOf(offset)
    let index = known >= 0 ? segments.indexOf(this.#segments[known]) : segmentIndexOf(segments, offset)
    let position = known >= 0 ? this.#positions[known] : undefined
    // What is asked for may have been compacted away up to a segment's end: the next batch is then in a later one.
    for (; index >= 0 && index < segments.length; index++, position = undefined) {
      const segment = segments[index]
      position ??= segment.locate(offset)?.position
      if (position === undefined || position >= segment.sizeBytes) continue
      return this.#readAt(segment, position, offset, limit < endOffset ? limit : undefined, options)
    }
    return { records: EMPTY, nextOffset: offset }
  }

  #readAt(
    segment: Segment,
    position: number,
    offset: number,
    limit: number | undefined,
    options: ReadOptions
  ): ReadResult {
    const available = segment.sizeBytes - position
    const wanted = Math.min(available, Math.max(options.maxBytes, LOG_OVERHEAD_BYTES))
    let buffer = (options.allocate ?? Buffer.allocUnsafe)(wanted)
    let got = segment.log.file.read(buffer, 0, wanted, position)
    if (got < LOG_OVERHEAD_BYTES) throw corrupt(segment, position, offset, 'the file is shorter than it was')
    const firstSize = sizeAt(buffer, 0)
    if (firstSize < MIN_BATCH_LENGTH + LOG_OVERHEAD_BYTES || firstSize > available) {
      throw corrupt(segment, position, offset, `a batch of ${firstSize} bytes`)
    }
    if (firstSize > got || firstSize > options.maxBytes) {
      if (!options.minOneBatch) return { records: EMPTY, nextOffset: offset }
      if (firstSize > got) {
        buffer = (options.allocate ?? Buffer.allocUnsafe)(firstSize)
        got = segment.log.file.read(buffer, 0, firstSize, position)
        if (got < firstSize) throw corrupt(segment, position, offset, 'the file is shorter than it was')
      }
      got = firstSize
    }
    return this.#wholeBatches(buffer, got, segment, position, offset, limit)
  }

  /** Cuts at the last whole batch, or before the first one at the limit. */
  #wholeBatches(
    buffer: Buffer,
    got: number,
    segment: Segment,
    position: number,
    offset: number,
    limit: number | undefined
  ): ReadResult {
    let end = 0
    let last = -1
    while (end + LOG_OVERHEAD_BYTES <= got) {
      const size = sizeAt(buffer, end)
      if (size < MIN_BATCH_LENGTH + LOG_OVERHEAD_BYTES || end + size > got) break
      if (limit !== undefined && baseOffset(buffer, end) >= limit) break
      last = end
      end += size
    }
    if (last < 0) return { records: EMPTY, nextOffset: offset }
    const nextOffset = lastOffset(buffer, last) + 1
    this.#remember(nextOffset, segment, position + end)
    return { records: buffer.subarray(0, end), nextOffset }
  }

  #remember(offset: number, segment: Segment, position: number): void {
    const known = this.#offsets.indexOf(offset)
    const slot = known >= 0 ? known : this.#slot
    if (known < 0) this.#slot = (slot + 1) % REMEMBERED
    this.#offsets[slot] = offset
    this.#segments[slot] = segment
    this.#positions[slot] = position
  }
}

function sizeAt(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + 8) + LOG_OVERHEAD_BYTES
}

function corrupt(segment: Segment, position: number, offset: number, what: string): KafkaError {
  return new KafkaError(
    'CORRUPT_MESSAGE',
    `${segment.path('.log')} is damaged at byte ${position}, where offset ${offset} should be: ${what}`
  )
}

/** The last segment whose base is not above the offset; -1 when there is none. */
export function segmentIndexOf(segments: readonly Segment[], offset: number): number {
  let low = 0
  let high = segments.length - 1
  if (high >= 0 && segments[high].baseOffset <= offset) return high
  while (low <= high) {
    const middle = (low + high) >>> 1
    if (segments[middle].baseOffset <= offset) low = middle + 1
    else high = middle - 1
  }
  return high
}
