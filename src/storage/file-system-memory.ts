// A file system in memory: what `--memory` runs on, and the disk that tests break on purpose. With `random` it remembers
// what was not synced and can lose it; faults are set by property and act until taken back.

import {
  type DirectoryEntry,
  DirectoryInUseError,
  type File,
  type FileLock,
  type FileSystem,
  type Random
} from '../ports.ts'
import { NameJournal } from './memory-crash.ts'
import { MemoryFileNode } from './memory-file-node.ts'
import { MemoryDirectory, type MemoryNode, MemoryTree, systemError } from './memory-tree.ts'

export interface MemoryFileSystemOptions {
  /** Makes `crash` possible, at the price of remembering every write until it is synced. */
  random?: Random
}

export type FaultyOperation = 'read' | 'write' | 'sync' | 'open' | 'rename' | 'remove'

export class MemoryFileSystem implements FileSystem {
  readonly openFilesMax = Number.POSITIVE_INFINITY
  /** Bytes that can still be written; then ENOSPC, after as much as fits. */
  freeBytes = Number.POSITIVE_INFINITY
  isReadOnly = false
  /** Asked before each operation: an error it returns is thrown in its place. */
  fault: ((operation: FaultyOperation, path: string) => NodeJS.ErrnoException | undefined) | undefined
  #tree = new MemoryTree()
  readonly #random: Random | undefined
  readonly #journal: NameJournal | undefined
  readonly #locks = new Set<string>()
  /** Handles from before a crash are dead. */
  #life = 0

  constructor(options: MemoryFileSystemOptions = {}) {
    this.#random = options.random
    if (options.random !== undefined) this.#journal = new NameJournal(this.#tree)
  }

  /** A power cut: what was not synced may be lost or torn. Open files and locks are gone. */
  crash(): void {
    if (this.#random === undefined || this.#journal === undefined) throw new Error('crash() needs a random source')
    this.kill()
    this.#tree = this.#journal.loseUnsynced(this.#random)
    forEachFile(this.#tree.root, (node) => node.loseUnsynced(this.#random!))
  }

  /** The process dies: the kernel has everything that was written. Open files and locks are gone. */
  kill(): void {
    this.#life++
    this.#locks.clear()
  }

  open(path: string, mode: 'read' | 'write'): File {
    this.check('open', path, mode === 'write')
    const existing = this.#tree.find(path)
    if (existing instanceof MemoryDirectory) throw systemError('EISDIR', path)
    if (existing === undefined && mode === 'read') throw systemError('ENOENT', path)
    return new MemoryFile(this, path, existing ?? this.#create(path), this.#life)
  }

  exists(path: string): boolean {
    return this.#tree.find(path) !== undefined
  }

  fileSize(path: string): number {
    return this.#file(path).content.size
  }

  readFile(path: string): Buffer {
    this.check('read', path, false)
    return this.#file(path).content.toBuffer()
  }

  writeFile(path: string, content: Buffer | string): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const file = this.open(path, 'write')
    file.truncate(0)
    file.write([bytes], 0)
  }

  list(path: string): DirectoryEntry[] {
    const node = this.#tree.find(path)
    if (!(node instanceof MemoryDirectory)) throw systemError(node === undefined ? 'ENOENT' : 'ENOTDIR', path)
    return Array.from(node.entries, ([name, entry]) => ({ name, isDirectory: entry instanceof MemoryDirectory }))
  }

  makeDirectory(path: string): void {
    if (this.exists(path)) return
    this.check('open', path, true)
    this.#change((tree) => tree.makeDirectory(path))
  }

  rename(from: string, to: string): void {
    this.check('rename', from, true)
    this.#change((tree) => tree.rename(from, to))
  }

  link(existing: string, path: string): void {
    this.check('open', path, true)
    const node = this.#file(existing)
    if (this.exists(path)) throw systemError('EEXIST', path)
    this.#change((tree) => tree.put(path, node))
  }

  removeFile(path: string): void {
    this.check('remove', path, true)
    const size = this.#file(path).content.size
    this.#change((tree) => tree.remove(path))
    this.freeBytes += size
  }

  removeDirectory(path: string): void {
    this.check('remove', path, true)
    const node = this.#tree.find(path)
    this.#change((tree) => tree.remove(path))
    if (node instanceof MemoryDirectory) forEachFile(node, (file) => (this.freeBytes += file.content.size))
  }

  syncDirectory(path: string): void {
    this.check('sync', path, false)
    this.#journal?.synced()
  }

  async syncFileSystem(path: string): Promise<boolean> {
    this.syncDirectory(path)
    forEachFile(this.#tree.root, (node) => node.synced())
    return true
  }

  async syncDirectoryAsync(path: string): Promise<void> {
    this.syncDirectory(path)
  }

  lock(path: string): FileLock {
    if (this.#locks.has(path)) throw new DirectoryInUseError(path.slice(0, path.lastIndexOf('/')), process.pid)
    this.#locks.add(path)
    this.writeFile(path, '')
    const life = this.#life
    return {
      release: () => {
        if (life !== this.#life || !this.#locks.delete(path)) return
        if (this.exists(path)) this.removeFile(path)
      }
    }
  }

  /** For open files: is the handle alive, and does a fault stand in the way. */
  check(operation: FaultyOperation, path: string, isChange: boolean, life = this.#life): void {
    if (life !== this.#life) throw systemError('EBADF', path)
    const error = this.fault?.(operation, path)
    if (error !== undefined) throw error
    if (isChange && this.isReadOnly) throw systemError('EROFS', path)
  }

  #create(path: string): MemoryFileNode {
    const node = new MemoryFileNode(this.#random !== undefined)
    this.#change((tree) => tree.put(path, node))
    return node
  }

  #change(change: (tree: MemoryTree) => void): void {
    change(this.#tree)
    this.#journal?.record(change)
  }

  #file(path: string): MemoryFileNode {
    const node = this.#tree.find(path)
    if (node === undefined) throw systemError('ENOENT', path)
    if (node instanceof MemoryDirectory) throw systemError('EISDIR', path)
    return node
  }
}

function forEachFile(node: MemoryNode, visit: (file: MemoryFileNode) => void): void {
  if (!(node instanceof MemoryDirectory)) visit(node)
  else for (const entry of node.entries.values()) forEachFile(entry, visit)
}

class MemoryFile implements File {
  readonly #fileSystem: MemoryFileSystem
  readonly #path: string
  readonly #node: MemoryFileNode
  readonly #life: number
  #isClosed = false

  constructor(fileSystem: MemoryFileSystem, path: string, node: MemoryFileNode, life: number) {
    this.#fileSystem = fileSystem
    this.#path = path
    this.#node = node
    this.#life = life
  }

  read(target: Buffer, targetStart: number, length: number, position: number): number {
    this.#check('read', false)
    return this.#node.content.read(target, targetStart, length, position)
  }

  write(buffers: readonly Buffer[], position: number): void {
    this.#check('write', true)
    let at = position
    for (const buffer of buffers) {
      const growth = Math.max(0, at + buffer.length - this.#node.content.size)
      const fits = Math.min(growth, this.#fileSystem.freeBytes)
      const part = growth === fits ? buffer : buffer.subarray(0, buffer.length - (growth - fits))
      this.#node.write(part, at)
      this.#fileSystem.freeBytes -= fits
      if (part !== buffer) throw systemError('ENOSPC', this.#path)
      at += buffer.length
    }
  }

  truncate(size: number): void {
    this.#check('write', true)
    const before = this.#node.content.size
    if (size > before && size - before > this.#fileSystem.freeBytes) throw systemError('ENOSPC', this.#path)
    if (size === before) return
    this.#node.truncate(size)
    this.#fileSystem.freeBytes += before - size
  }

  size(): number {
    return this.#node.content.size
  }

  async sync(): Promise<void> {
    this.syncBlocking()
  }

  syncBlocking(): void {
    this.#check('sync', false)
    this.#node.synced()
  }

  close(): void {
    this.#isClosed = true
  }

  #check(operation: FaultyOperation, isChange: boolean): void {
    if (this.#isClosed) throw systemError('EBADF', this.#path)
    this.#fileSystem.check(operation, this.#path, isChange, this.#life)
  }
}
