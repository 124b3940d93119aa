// Reads a segment batch after batch, through one buffer: headers only (the bytes between are not read when they are many)
// or whole batches.

import type { File } from '../ports.ts'
import {
  BATCH_HEADER_BYTES,
  batchSizeBytes,
  HEADER_BYTES_UP_TO_MAGIC,
  LOG_OVERHEAD_BYTES,
  MIN_BATCH_LENGTH,
  magic
} from '../records/batch-header.ts'

/** Bytes that no batch can begin with; `position` is where the good part of the file ends. */
export class CorruptSegmentError extends Error {
  readonly position: number
  constructor(path: string, position: number, reason: string) {
    super(`${reason} at byte ${position} of ${path}`)
    this.name = 'CorruptSegmentError'
    this.position = position
  }
}

/** Needed to know everything the header of any magic says. */
const HEADER_BYTES = BATCH_HEADER_BYTES

export class SegmentScan {
  /** The batch's header, and the whole batch after `loadWhole`, is at `at` in here. */
  buffer: Buffer
  at = 0
  /** Where the batch is in the file, and its size. */
  position: number
  size = 0
  readonly #file: File
  readonly #path: string
  readonly #end: number
  /** The part of the file in the buffer. */
  #bufferStart = 0
  #bufferEnd = 0

  /** `path` is for messages. */
  constructor(file: File, path: string, start: number, end: number, bufferBytes: number) {
    this.#file = file
    this.#path = path
    this.position = start
    this.#end = end
    this.buffer = Buffer.allocUnsafe(bufferBytes)
  }

  /** The next batch; false at the end of the file or before a torn batch. Throws CorruptSegmentError. */
  next(): boolean {
    const start = this.position + this.size
    this.position = start
    this.size = 0
    const remaining = this.#end - start
    if (remaining < HEADER_BYTES_UP_TO_MAGIC) return false
    const wanted = Math.min(HEADER_BYTES, remaining)
    if (this.#load(start, wanted) < wanted) return false
    const length = this.buffer.readInt32BE(this.at + 8)
    if (length < MIN_BATCH_LENGTH) throw new CorruptSegmentError(this.#path, start, `a batch length of ${length}`)
    const version = magic(this.buffer, this.at)
    if (version < 0 || version > 2) throw new CorruptSegmentError(this.#path, start, `magic ${version}`)
    if (version === 2 && length + LOG_OVERHEAD_BYTES < BATCH_HEADER_BYTES) {
      throw new CorruptSegmentError(this.#path, start, `a batch length of ${length}`)
    }
    if (length + LOG_OVERHEAD_BYTES > remaining) return false
    this.size = batchSizeBytes(this.buffer, this.at)
    return true
  }

  /** Brings the whole current batch into the buffer. */
  loadWhole(): void {
    if (this.#load(this.position, this.size) < this.size) {
      throw new CorruptSegmentError(this.#path, this.position, 'a batch that the file does not hold any more')
    }
  }

  #load(start: number, length: number): number {
    if (start < this.#bufferStart || start + length > this.#bufferEnd) {
      if (length > this.buffer.length) this.buffer = Buffer.allocUnsafe(length)
      const most = Math.min(this.buffer.length, this.#end - start)
      this.#bufferStart = start
      this.#bufferEnd = start + this.#file.read(this.buffer, 0, most, start)
    }
    this.at = start - this.#bufferStart
    return Math.min(length, this.#bufferEnd - start)
  }
}
