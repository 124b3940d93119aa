// Writes a compacted segment: batches gathered into few writes, noted in the indexes as an append would note them.

import { lastOffset, maxTimestamp } from '../records/batch-header.ts'
import type { Segment } from './segment.ts'
import { CorruptSegmentError } from './segment-scan.ts'

export class CompactedSegmentWriter {
  readonly #segment: Segment
  readonly #indexIntervalBytes: number
  readonly #buffer: Buffer
  #used = 0

  constructor(segment: Segment, indexIntervalBytes: number, bufferBytes: number) {
    this.#segment = segment
    this.#indexIntervalBytes = indexIntervalBytes
    this.#buffer = Buffer.allocUnsafe(bufferBytes)
  }

  /** Takes a copy. */
  add(batch: Buffer): void {
    const segment = this.#segment
    const last = lastOffset(batch, 0)
    if (!segment.canHold(last)) {
      throw new CorruptSegmentError(segment.log.path, segment.sizeBytes, `offset ${last}, too far from the base,`)
    }
    if (this.#used + batch.length > this.#buffer.length) this.flush()
    const position = segment.sizeBytes + this.#used
    if (batch.length > this.#buffer.length) segment.write(batch)
    else this.#used += batch.copy(this.#buffer, this.#used)
    segment.noteBatch(batch.length, position, last, maxTimestamp(batch, 0), this.#indexIntervalBytes)
  }

  flush(): void {
    if (this.#used === 0) return
    this.#segment.write(this.#buffer.subarray(0, this.#used))
    this.#used = 0
  }
}
