// The disk as one life of a broker sees it. It dies with the process at a chosen operation, perhaps in the middle of a
// write; syncs take a while; reads, writes and syncs may fail for a time.
import type { DirectoryEntry, File, FileLock, FileSystem } from '../../src/ports.ts'
import type { FaultyOperation, MemoryFileSystem } from '../../src/storage/file-system-memory.ts'
import { systemError } from '../../src/storage/memory-tree.ts'
import type { SeededRandom } from '../../src/storage/testing/test-directory.ts'

export class SimulatedDisk implements FileSystem {
  readonly openFilesMax = 512
  readonly #memory: MemoryFileSystem
  readonly #random: SeededRandom
  #operationsToLive = Number.POSITIVE_INFINITY
  #isDead = false
  /** So likely is it that an operation of this kind fails. */
  #failing: { operations: ReadonlySet<FaultyOperation>; chance: number } | undefined

  constructor(memory: MemoryFileSystem, random: SeededRandom) {
    this.#memory = memory
    this.#random = random
  }

  get isDead(): boolean {
    return this.#isDead
  }

  die(): void {
    this.#isDead = true
  }

  /** The process is killed at its n-th operation on the disk from now. */
  dieAfter(operations: number): void {
    this.#operationsToLive = operations
  }

  failSometimes(operations: readonly FaultyOperation[], chance: number): void {
    this.#failing = { operations: new Set(operations), chance }
  }

  /** It fails no more, and the process lives on. */
  heal(): void {
    this.#failing = undefined
    this.#operationsToLive = Number.POSITIVE_INFINITY
  }

  open(path: string, mode: 'read' | 'write'): File {
    this.#step('open', path)
    return new SimulatedFile(this, this.#memory.open(path, mode), path)
  }

  exists(path: string): boolean {
    this.#checkAlive(path)
    return this.#memory.exists(path)
  }

  fileSize(path: string): number {
    this.#checkAlive(path)
    return this.#memory.fileSize(path)
  }

  readFile(path: string): Buffer {
    this.#step('read', path)
    return this.#memory.readFile(path)
  }

  /** As node does it: the file is emptied, then written. */
  writeFile(path: string, content: Buffer | string): void {
    const file = this.open(path, 'write')
    file.truncate(0)
    file.write([typeof content === 'string' ? Buffer.from(content) : content], 0)
    file.close()
  }

  list(path: string): DirectoryEntry[] {
    this.#checkAlive(path)
    return this.#memory.list(path)
  }

  makeDirectory(path: string): void {
    this.#step('open', path)
    this.#memory.makeDirectory(path)
  }

  rename(from: string, to: string): void {
    this.#step('rename', from)
    this.#memory.rename(from, to)
  }

  link(existing: string, path: string): void {
    this.#step('open', path)
    this.#memory.link(existing, path)
  }

  removeFile(path: string): void {
    this.#step('remove', path)
    this.#memory.removeFile(path)
  }

  removeDirectory(path: string): void {
    this.#step('remove', path)
    this.#memory.removeDirectory(path)
  }

  syncDirectory(path: string): void {
    this.#step('sync', path)
    this.#memory.syncDirectory(path)
  }

  async syncDirectoryAsync(path: string): Promise<void> {
    await this.delay()
    this.syncDirectory(path)
  }

  async syncFileSystem(path: string): Promise<boolean> {
    await this.delay()
    this.#step('sync', path)
    return this.#memory.syncFileSystem(path)
  }

  lock(path: string): FileLock {
    this.#step('open', path)
    return this.#memory.lock(path)
  }

  write(file: File, path: string, buffers: readonly Buffer[], position: number): void {
    this.#checkAlive(path)
    if (this.#operationsToLive <= 1) {
      const whole = Buffer.concat(buffers)
      file.write([whole.subarray(0, this.#random.int(whole.length + 1))], position)
    }
    this.#step('write', path)
    file.write(buffers, position)
  }

  /** Counts, and throws what stands in the way. */
  #step(operation: FaultyOperation, path: string): void {
    this.#checkAlive(path)
    this.#operationsToLive--
    if (this.#operationsToLive <= 0) {
      this.#isDead = true
      this.#checkAlive(path)
    }
    if (this.#failing?.operations.has(operation) && this.#random.float() < this.#failing.chance) {
      throw systemError('EIO', path)
    }
  }

  step(operation: FaultyOperation, path: string): void {
    this.#step(operation, path)
  }

  #checkAlive(path: string): void {
    if (this.#isDead) throw systemError('EIO', `${path} (the process is dead)`)
  }

  /** Others run meanwhile. */
  async delay(): Promise<void> {
    for (let turns = this.#random.int(6); turns > 0; turns--) await Promise.resolve()
  }
}

class SimulatedFile implements File {
  readonly #disk: SimulatedDisk
  readonly #file: File
  readonly #path: string

  constructor(disk: SimulatedDisk, file: File, path: string) {
    this.#disk = disk
    this.#file = file
    this.#path = path
  }

  read(target: Buffer, targetStart: number, length: number, position: number): number {
    this.#disk.step('read', this.#path)
    return this.#file.read(target, targetStart, length, position)
  }

  write(buffers: readonly Buffer[], position: number): void {
    this.#disk.write(this.#file, this.#path, buffers, position)
  }

  truncate(size: number): void {
    this.#disk.step('write', this.#path)
    this.#file.truncate(size)
  }

  size(): number {
    return this.#file.size()
  }

  async sync(): Promise<void> {
    await this.#disk.delay()
    this.syncBlocking()
    await this.#disk.delay()
  }

  syncBlocking(): void {
    this.#disk.step('sync', this.#path)
    this.#file.syncBlocking()
  }

  close(): void {
    this.#file.close()
  }
}
