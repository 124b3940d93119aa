// A file system as one process sees it: once the process has died, nothing it still had under way reaches the disk.

import type { DirectoryEntry, File, FileLock, FileSystem } from '../../ports.ts'

export class ProcessView implements FileSystem {
  readonly #fileSystem: FileSystem
  #isDead = false

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem
  }

  die(): void {
    this.#isDead = true
  }

  get openFilesMax(): number {
    return this.#fileSystem.openFilesMax
  }

  get #alive(): FileSystem {
    if (this.#isDead) throw Object.assign(new Error('the process is dead'), { code: 'EIO' })
    return this.#fileSystem
  }

  open(path: string, mode: 'read' | 'write'): File {
    return this.#alive.open(path, mode)
  }

  exists(path: string): boolean {
    return this.#alive.exists(path)
  }

  fileSize(path: string): number {
    return this.#alive.fileSize(path)
  }

  readFile(path: string): Buffer {
    return this.#alive.readFile(path)
  }

  writeFile(path: string, content: Buffer | string): void {
    this.#alive.writeFile(path, content)
  }

  list(path: string): DirectoryEntry[] {
    return this.#alive.list(path)
  }

  makeDirectory(path: string): void {
    this.#alive.makeDirectory(path)
  }

  rename(from: string, to: string): void {
    this.#alive.rename(from, to)
  }

  link(existing: string, path: string): void {
    this.#alive.link(existing, path)
  }

  removeFile(path: string): void {
    this.#alive.removeFile(path)
  }

  removeDirectory(path: string): void {
    this.#alive.removeDirectory(path)
  }

  syncDirectory(path: string): void {
    this.#alive.syncDirectory(path)
  }

  async syncDirectoryAsync(path: string): Promise<void> {
    return this.#alive.syncDirectoryAsync(path)
  }

  async syncFileSystem(path: string): Promise<boolean> {
    return this.#alive.syncFileSystem(path)
  }

  lock(path: string): FileLock {
    return this.#alive.lock(path)
  }
}
