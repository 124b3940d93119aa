// `.timeindex`: the greatest timestamp so far, and the last offset of the batch that has it, noted beside each entry of the
// offset index when it grew. 12 bytes an entry: i64 timestamp, i32 offset - base. Both ascending.

import type { FileSystem } from '../ports.ts'
import { IndexFile } from './index-file.ts'

const ENTRY_BYTES = 12
const TWO_TO_32 = 4294967296

export class TimeIndex {
  readonly file: IndexFile
  readonly #baseOffset: number

  constructor(fileSystem: FileSystem, path: string, baseOffset: number, isNew: boolean) {
    this.file = new IndexFile(fileSystem, path, ENTRY_BYTES, isNew)
    this.#baseOffset = baseOffset
  }

  get count(): number {
    return this.file.count
  }

  /** Only a greater timestamp is noted. */
  maybeAppend(timestampMs: number, offset: number): void {
    if (timestampMs <= this.lastTimestampMs) return
    const at = this.file.grow()
    const high = Math.floor(timestampMs / TWO_TO_32)
    this.file.entries.writeInt32BE(high, at)
    this.file.entries.writeUInt32BE(timestampMs - high * TWO_TO_32, at + 4)
    this.file.entries.writeInt32BE(offset - this.#baseOffset, at + 8)
  }

  /** -1 when there is none. */
  get lastTimestampMs(): number {
    const count = this.file.count
    return count === 0 ? -1 : this.#timestampAt(count - 1)
  }

  get lastOffset(): number {
    const count = this.file.count
    return count === 0 ? this.#baseOffset : this.#offsetAt(count - 1)
  }

  /** The offset of the greatest entry whose timestamp is not above: records at or after the time are not before it. */
  offsetFor(timestampMs: number): number {
    let low = 0
    let high = this.file.count - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      if (this.#timestampAt(middle) <= timestampMs) low = middle + 1
      else high = middle - 1
    }
    return high < 0 ? this.#baseOffset : this.#offsetAt(high)
  }

  /** Drops the entries at or above the offset. */
  truncateTo(offset: number): void {
    let count = this.file.count
    while (count > 0 && this.#offsetAt(count - 1) >= offset) count--
    this.file.truncateTo(count)
  }

  #timestampAt(index: number): number {
    const at = index * ENTRY_BYTES
    return this.file.entries.readInt32BE(at) * TWO_TO_32 + this.file.entries.readUInt32BE(at + 4)
  }

  #offsetAt(index: number): number {
    return this.#baseOffset + this.file.entries.readInt32BE(index * ENTRY_BYTES + 8)
  }
}
