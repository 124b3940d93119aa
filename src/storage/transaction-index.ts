// `.txnindex`: the aborted transactions whose ABORT marker lies in the segment, so that a read_committed consumer can leave
// their records out. 34 bytes an entry, ascending by lastOffset: i16 version 0, i64 producerId, i64 firstOffset,
// i64 lastOffset (the marker's), i64 lastStableOffset. The file exists only when there is an entry.

import type { FileSystem } from '../ports.ts'

export interface AbortedTransaction {
  producerId: number
  firstOffset: number
  lastOffset: number
  lastStableOffset: number
}

const ENTRY_BYTES = 34

export class TransactionIndex {
  path: string
  readonly #fileSystem: FileSystem
  readonly #baseOffset: number
  #entries: AbortedTransaction[] | undefined

  constructor(fileSystem: FileSystem, path: string, baseOffset: number, isNew: boolean) {
    this.#fileSystem = fileSystem
    this.#baseOffset = baseOffset
    this.path = path
    if (isNew) this.#entries = []
  }

  get entries(): readonly AbortedTransaction[] {
    return this.#load()
  }

  /** Written at once: unlike the other indexes it is small, and its absence would show aborted records as committed. */
  append(transaction: AbortedTransaction): void {
    const entries = this.#load()
    const file = this.#fileSystem.open(this.path, 'write')
    try {
      file.write([encode(transaction)], entries.length * ENTRY_BYTES)
    } finally {
      file.close()
    }
    entries.push(transaction)
  }

  /** Removes the file: recovery finds the entries again. */
  reset(): void {
    this.#entries = []
    if (this.#fileSystem.exists(this.path)) this.#fileSystem.removeFile(this.path)
  }

  /** Whether what is on the disk can be right: whole entries, none that ends before the segment. */
  isSane(): boolean {
    if (this.#fileSystem.fileSize(this.path) % ENTRY_BYTES !== 0) return false
    return this.entries.every(({ lastOffset }) => lastOffset >= this.#baseOffset)
  }

  /**
   * Adds the transactions that a reader of [fetchOffset, upperBound) must leave out. Returns true when no later segment
   * can add one: an entry's last stable offset has passed the upper bound.
   */
  collect(fetchOffset: number, upperBound: number, found: AbortedTransaction[]): boolean {
    for (const entry of this.#load()) {
      if (entry.lastOffset >= fetchOffset && entry.firstOffset < upperBound) found.push(entry)
      if (entry.lastStableOffset >= upperBound) return true
    }
    return false
  }

  #load(): AbortedTransaction[] {
    if (this.#entries !== undefined) return this.#entries
    this.#entries = this.#fileSystem.exists(this.path) ? decode(this.#fileSystem.readFile(this.path)) : []
    return this.#entries
  }
}

function encode(transaction: AbortedTransaction): Buffer {
  const bytes = Buffer.alloc(ENTRY_BYTES)
  bytes.writeBigInt64BE(BigInt(transaction.producerId), 2)
  bytes.writeBigInt64BE(BigInt(transaction.firstOffset), 10)
  bytes.writeBigInt64BE(BigInt(transaction.lastOffset), 18)
  bytes.writeBigInt64BE(BigInt(transaction.lastStableOffset), 26)
  return bytes
}

function decode(bytes: Buffer): AbortedTransaction[] {
  const entries: AbortedTransaction[] = []
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    entries.push({
      producerId: Number(bytes.readBigInt64BE(at + 2)),
      firstOffset: Number(bytes.readBigInt64BE(at + 10)),
      lastOffset: Number(bytes.readBigInt64BE(at + 18)),
      lastStableOffset: Number(bytes.readBigInt64BE(at + 26))
    })
  }
  return entries
}
