// The entries of a sparse index: kept in memory in the file's own byte form, read from the file when first needed, written
// to it in batches. While a segment is active its file lags behind or does not exist yet: after an unclean stop indexes
// are rebuilt from the log anyway, and a clean stop writes them whole.

import type { FileSystem } from '../ports.ts'

const FIRST_ENTRIES = 32
/** Entries wait in memory until there is this much to write. */
const WRITE_BATCH_BYTES = 64 * 1024
const EMPTY = Buffer.alloc(0)

export class IndexFile {
  path: string
  readonly entryBytes: number
  readonly #fileSystem: FileSystem
  #entries: Buffer = EMPTY
  #sizeBytes = 0
  /** How much of the entries the file has; undefined until the file was read or replaced. */
  #writtenBytes: number | undefined

  /** `isNew`: whatever file there is gets replaced, its entries are not read. */
  constructor(fileSystem: FileSystem, path: string, entryBytes: number, isNew: boolean) {
    this.#fileSystem = fileSystem
    this.path = path
    this.entryBytes = entryBytes
    if (isNew) this.#writtenBytes = 0
  }

  get count(): number {
    this.#load()
    return this.#sizeBytes / this.entryBytes
  }

  /** The bytes of all entries; valid until the next change. */
  get entries(): Buffer {
    this.#load()
    return this.#entries
  }

  /** Makes room for one entry more and returns where it goes in `entries`. */
  grow(): number {
    this.#load()
    const at = this.#sizeBytes
    if (at + this.entryBytes > this.#entries.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_ENTRIES * this.entryBytes, this.#entries.length * 2))
      this.#entries.copy(grown, 0, 0, at)
      this.#entries = grown
    }
    this.#sizeBytes = at + this.entryBytes
    return at
  }

  truncateTo(count: number): void {
    this.#load()
    this.#sizeBytes = Math.min(this.#sizeBytes, count * this.entryBytes)
    this.#writtenBytes = Math.min(this.#writtenBytes ?? 0, this.#sizeBytes)
  }

  /** Forgets everything, on the disk too once it is written. */
  reset(): void {
    this.#entries = EMPTY
    this.#sizeBytes = 0
    this.#writtenBytes = 0
  }

  /** Writes what waits, when there is enough of it. */
  writeBehind(): void {
    if (this.#writtenBytes !== undefined && this.#sizeBytes - this.#writtenBytes >= WRITE_BATCH_BYTES) this.write()
  }

  /** The file then holds exactly the entries. It is created even when there are none: its absence means recovery. */
  write(): void {
    if (this.#writtenBytes === undefined) return // never touched since it was found on the disk
    const file = this.#fileSystem.open(this.path, 'write')
    try {
      const onDisk = file.size()
      const from = Math.min(this.#writtenBytes, onDisk, this.#sizeBytes)
      if (from < this.#sizeBytes) file.write([this.#entries.subarray(from, this.#sizeBytes)], from)
      if (onDisk > this.#sizeBytes) file.truncate(this.#sizeBytes)
    } finally {
      file.close()
    }
    this.#writtenBytes = this.#sizeBytes
  }

  /** Frees the memory; the entries are read again when needed. Only after `write`. */
  unload(): void {
    if (this.#writtenBytes !== this.#sizeBytes) return
    this.#entries = EMPTY
    this.#sizeBytes = 0
    this.#writtenBytes = undefined
  }

  #load(): void {
    if (this.#writtenBytes !== undefined) return
    const bytes = this.#fileSystem.exists(this.path) ? this.#fileSystem.readFile(this.path) : EMPTY
    this.#entries = bytes
    this.#sizeBytes = bytes.length - (bytes.length % this.entryBytes)
    this.#writtenBytes = this.#sizeBytes
  }
}
