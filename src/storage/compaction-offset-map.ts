// The last offset of every key in the dirty part of a log, in memory that has a bound: 16 bytes of MD5 and the offset for
// each key, whatever the keys' size. Two keys with one hash would be taken for one; as in Apache Kafka, that is left to MD5.

import { hash } from 'node:crypto'

const HASH_BYTES = 16
const OFFSET_AT = HASH_BYTES
const ENTRY_BYTES = HASH_BYTES + 8
const SLOTS_MIN = 16
const TWO_TO_32 = 4294967296

export interface OffsetMapLimits {
  memoryBytes: number
  /** How full the memory may get. */
  loadFactor: number
  /** There are not more: the memory that is really taken. */
  keysAtMost: number
}

export class OffsetMap {
  /** Everything below is in the map, and so is the offset itself. -1 for nothing. */
  latestOffset = -1
  readonly #entries: Buffer
  readonly #slots: number
  readonly #capacity: number
  #count = 0

  constructor({ memoryBytes, loadFactor, keysAtMost }: OffsetMapLimits) {
    const slotsAtMost = Math.floor(memoryBytes / ENTRY_BYTES)
    this.#capacity = Math.max(1, Math.min(Math.floor(slotsAtMost * loadFactor), slotsAtMost - 1))
    this.#slots = Math.min(slotsAtMost, Math.max(SLOTS_MIN, keysAtMost * 2))
    this.#entries = Buffer.alloc(this.#slots * ENTRY_BYTES)
  }

  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count >= this.#capacity
  }

  /** -1 when the key is not there. */
  get(key: Buffer): number {
    const at = this.#find(md5(key))
    return this.#isEmpty(at) ? -1 : readOffset(this.#entries, at)
  }

  put(key: Buffer, offset: number): void {
    const digest = md5(key)
    const at = this.#find(digest)
    if (this.#isEmpty(at)) {
      digest.copy(this.#entries, at)
      this.#count++
    }
    writeOffset(this.#entries, at, offset)
    this.latestOffset = offset
  }

  /** Of the entry with this digest, or of the free one where it belongs. There is always a free one: the map never fills. */
  #find(digest: Buffer): number {
    const entries = this.#entries
    for (let slot = digest.readUInt32BE(0) % this.#slots; ; slot = slot + 1 === this.#slots ? 0 : slot + 1) {
      const at = slot * ENTRY_BYTES
      if (this.#isEmpty(at) || digest.compare(entries, at, at + HASH_BYTES) === 0) return at
    }
  }

  /** Offsets are stored plus one: a used entry is never all zero. */
  #isEmpty(at: number): boolean {
    return this.#entries.readUInt32BE(at + OFFSET_AT + 4) === 0 && this.#entries.readUInt32BE(at + OFFSET_AT) === 0
  }
}

function md5(key: Buffer): Buffer {
  return hash('md5', key, 'buffer')
}

function readOffset(entries: Buffer, at: number): number {
  return entries.readUInt32BE(at + OFFSET_AT) * TWO_TO_32 + entries.readUInt32BE(at + OFFSET_AT + 4) - 1
}

function writeOffset(entries: Buffer, at: number, offset: number): void {
  const stored = offset + 1
  const high = Math.floor(stored / TWO_TO_32)
  entries.writeUInt32BE(high, at + OFFSET_AT)
  entries.writeUInt32BE(stored - high * TWO_TO_32, at + OFFSET_AT + 4)
}
