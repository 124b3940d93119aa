// `.index`: where in the segment an offset is, for one batch in every 4 KB or so. 8 bytes an entry: i32 offset - base of the
// batch's last record, i32 position of the batch's start. Ascending; no header, no checksum.

import type { FileSystem } from '../ports.ts'
import { IndexFile } from './index-file.ts'

const ENTRY_BYTES = 8

export class OffsetIndex {
  readonly file: IndexFile
  readonly #baseOffset: number

  constructor(fileSystem: FileSystem, path: string, baseOffset: number, isNew: boolean) {
    this.file = new IndexFile(fileSystem, path, ENTRY_BYTES, isNew)
    this.#baseOffset = baseOffset
  }

  get count(): number {
    return this.file.count
  }

  append(lastOffset: number, position: number): void {
    const at = this.file.grow()
    this.file.entries.writeInt32BE(lastOffset - this.#baseOffset, at)
    this.file.entries.writeInt32BE(position, at + 4)
  }

  /** The position of the greatest entry not above the offset; 0, the segment's start, when there is none. */
  positionFor(offset: number): number {
    const index = this.#floor(offset)
    return index < 0 ? 0 : this.file.entries.readInt32BE(index * ENTRY_BYTES + 4)
  }

  get lastPosition(): number {
    const count = this.file.count
    return count === 0 ? 0 : this.file.entries.readInt32BE((count - 1) * ENTRY_BYTES + 4)
  }

  /** Drops the entries at or above the offset. */
  truncateTo(offset: number): void {
    this.file.truncateTo(this.#floor(offset - 1) + 1)
  }

  #floor(offset: number): number {
    const target = offset - this.#baseOffset
    const entries = this.file.entries
    let low = 0
    let high = this.file.count - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      if (entries.readInt32BE(middle * ENTRY_BYTES) <= target) low = middle + 1
      else high = middle - 1
    }
    return high
  }
}
