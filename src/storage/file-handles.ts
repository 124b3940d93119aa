// Open files, few at a time: thousands of partitions must not use up the process's descriptors. A file is opened when it
// is first used; when too many are open, one that was not used lately is closed (second chance: a use costs one store).

import type { File, FileSystem } from '../ports.ts'

export class FileHandles {
  readonly fileSystem: FileSystem
  readonly #capacity: number
  readonly #open: FileHandle[] = []
  #hand = 0

  constructor(fileSystem: FileSystem, capacity = fileSystem.openFilesMax) {
    this.fileSystem = fileSystem
    this.#capacity = capacity
  }

  get openCount(): number {
    return this.#open.length
  }

  /** Makes room, then opens. Called by the handle itself. */
  admit(handle: FileHandle, mode: 'read' | 'write'): File {
    if (this.#open.length >= this.#capacity) this.#evict()
    const file = this.fileSystem.open(handle.path, mode)
    handle.slot = this.#open.length
    this.#open.push(handle)
    return file
  }

  release(handle: FileHandle): void {
    const last = this.#open.pop()
    if (last === undefined || last === handle) return
    this.#open[handle.slot] = last
    last.slot = handle.slot
  }

  #evict(): void {
    for (;;) {
      if (this.#hand >= this.#open.length) this.#hand = 0
      const handle = this.#open[this.#hand]
      if (!handle.wasUsed) {
        handle.close()
        return
      }
      handle.wasUsed = false
      this.#hand++
    }
  }
}

/** One file that is opened on use. The path may change under it (a segment waiting for deletion): see `renamed`. */
export class FileHandle {
  path: string
  /** Since the eviction hand last passed. */
  wasUsed = false
  /** Its place among the open ones. */
  slot = 0
  readonly #handles: FileHandles
  readonly #mode: 'read' | 'write'
  #file: File | undefined

  constructor(handles: FileHandles, path: string, mode: 'read' | 'write') {
    this.#handles = handles
    this.path = path
    this.#mode = mode
  }

  get file(): File {
    this.wasUsed = true
    this.#file ??= this.#handles.admit(this, this.#mode)
    return this.#file
  }

  /** Safe at any time: the next use opens it again. Writes are in the kernel, so nothing is lost by closing. */
  close(): void {
    if (this.#file === undefined) return
    const file = this.#file
    this.#file = undefined
    this.#handles.release(this)
    file.close()
  }
}
