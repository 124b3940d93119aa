// The snapshot files of one partition directory: which there are, and which are kept: those at a segment's base, and the
// newest.

import type { FileSystem } from '../ports.ts'
import { DELETED_SUFFIX, SNAPSHOT_SUFFIX, segmentFileName } from './file-names.ts'

export class ProducerSnapshots {
  readonly #fileSystem: FileSystem
  readonly #directory: string
  /** Ascending. */
  #offsets: number[]

  constructor(fileSystem: FileSystem, directory: string, offsets: readonly number[]) {
    this.#fileSystem = fileSystem
    this.#directory = directory
    this.#offsets = [...offsets].sort((a, b) => a - b)
  }

  get offsets(): readonly number[] {
    return this.#offsets
  }

  get latest(): number | undefined {
    return this.#offsets.at(-1)
  }

  path(offset: number): string {
    return `${this.#directory}/${segmentFileName(offset, SNAPSHOT_SUFFIX)}`
  }

  read(offset: number): Buffer {
    return this.#fileSystem.readFile(this.path(offset))
  }

  /** In the kernel, not yet synced. */
  write(offset: number, bytes: Buffer): void {
    this.#fileSystem.writeFile(this.path(offset), bytes)
    if (this.#offsets.includes(offset)) return
    this.#offsets.push(offset)
    this.#offsets.sort((a, b) => a - b)
  }

  remove(offset: number): void {
    if (!this.#forget(offset)) return
    this.#fileSystem.removeFile(this.path(offset))
  }

  removeWhere(isUnwanted: (offset: number) => boolean): void {
    for (const offset of this.#offsets.filter(isUnwanted)) this.remove(offset)
  }

  /** With its segment: renamed now, removed later. Returns the path to remove, if there is one. */
  markDeleted(offset: number): string | undefined {
    if (!this.#forget(offset)) return undefined
    const path = this.path(offset)
    this.#fileSystem.rename(path, path + DELETED_SUFFIX)
    return path + DELETED_SUFFIX
  }

  /** Keeps the snapshots at segment bases, and the newest of all when it lies above every base. */
  removeStrays(segmentBases: ReadonlySet<number>): void {
    const newest = this.latest
    this.removeWhere((offset) => !segmentBases.has(offset) && offset !== newest)
    const highestBase = Math.max(...segmentBases)
    if (newest !== undefined && !segmentBases.has(newest) && newest < highestBase) this.remove(newest)
  }

  #forget(offset: number): boolean {
    const at = this.#offsets.indexOf(offset)
    if (at < 0) return false
    this.#offsets.splice(at, 1)
    return true
  }
}
