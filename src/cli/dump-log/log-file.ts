// Reads a segment batch by batch with bounded memory: a window over the file, larger only for a larger batch.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { KafkaError } from '../../error-codes.ts'
import { HEADER_BYTES_UP_TO_MAGIC } from '../../records/batch-header.ts'
import { nextBatchSize } from '../../records/iterate.ts'

export interface BatchAt {
  /** In the file. */
  readonly position: number
  readonly sizeBytes: number
  /** The window that holds the whole batch, and where in it. Valid until the next one is asked for. */
  readonly buffer: Buffer
  readonly start: number
}

/** What stands behind the last batch that can be read. */
export interface Tail {
  readonly position: number
  readonly sizeBytes: number
  /** Of preallocation: nothing was ever written there. */
  readonly isZero: boolean
  readonly reason: string
}

const WINDOW_BYTES = 1024 * 1024

export class LogFile {
  readonly sizeBytes: number
  tail: Tail | undefined
  readonly #descriptor: number
  #window: Buffer = Buffer.alloc(0)
  #windowStart = 0

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r')
    this.sizeBytes = fstatSync(this.#descriptor).size
  }

  /** `tail` is set when the loop is over and the file is not. */
  *batches(): Generator<BatchAt> {
    let position = 0
    while (position < this.sizeBytes) {
      const sizeBytes = this.#batchSize(position)
      if (sizeBytes === 0) return
      this.#load(position, sizeBytes)
      yield { position, sizeBytes, buffer: this.#window, start: position - this.#windowStart }
      position += sizeBytes
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #batchSize(position: number): number {
    this.#load(position, Math.min(HEADER_BYTES_UP_TO_MAGIC, this.sizeBytes - position))
    const left = this.sizeBytes - position
    const at = position - this.#windowStart
    if (left < HEADER_BYTES_UP_TO_MAGIC) return this.#endAt(position, 'shorter than a batch header')
    try {
      // Throws for a length or magic that no batch has; 0 only means that the window ends before the batch does.
      nextBatchSize(this.#window.subarray(at, at + HEADER_BYTES_UP_TO_MAGIC), 0)
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      return this.#endAt(position, error.message)
    }
    const sizeBytes = this.#window.readInt32BE(at + 8) + 12
    return sizeBytes > left ? this.#endAt(position, `a batch of ${sizeBytes} bytes, torn`) : sizeBytes
  }

  #endAt(position: number, reason: string): 0 {
    this.tail = { position, sizeBytes: this.sizeBytes - position, isZero: this.#isZeroFrom(position), reason }
    return 0
  }

  #isZeroFrom(start: number): boolean {
    for (let position = start; position < this.sizeBytes; position += WINDOW_BYTES) {
      this.#load(position, Math.min(WINDOW_BYTES, this.sizeBytes - position))
      const at = position - this.#windowStart
      if (this.#window.subarray(at, at + WINDOW_BYTES).some((byte) => byte !== 0)) return false
    }
    return true
  }

  #load(position: number, length: number): void {
    const end = this.#windowStart + this.#window.length
    if (position >= this.#windowStart && position + length <= end) return
    const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.sizeBytes - position)
    const window = Buffer.allocUnsafe(wanted)
    let filled = 0
    while (filled < wanted) {
      const count = readSync(this.#descriptor, window, filled, wanted - filled, position + filled)
      if (count === 0) throw new Error(`the file became shorter while it was read`)
      filled += count
    }
    this.#window = window
    this.#windowStart = position
  }
}
