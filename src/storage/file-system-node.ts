// The real disk. Synchronous calls on purpose: a write to the page cache costs less than the trip to the thread pool.
// Only fdatasync goes to the pool.

import fs from 'node:fs'
import type { DirectoryEntry, File, FileLock, FileSystem } from '../ports.ts'
import { lockFile } from './lock-file.ts'

export function nodeFileSystem(): FileSystem {
  return new NodeFileSystem()
}

/** Half of what the process may open belongs to the connections. */
const LOG_FILES_MIN = 64
const LOG_FILES_MAX = 8192
/** Where the limit cannot be read: safe under the 1,024 that some systems start with. */
const LOG_FILES_UNKNOWN = 512

/** Node raises its soft limit to the hard one when it starts; Linux tells it in /proc. */
function openFilesMax(): number {
  if (process.platform !== 'linux' || !fs.existsSync('/proc/self/limits')) return LOG_FILES_UNKNOWN
  const limit = /^Max open files\s+(\d+)/m.exec(fs.readFileSync('/proc/self/limits', 'latin1'))?.[1]
  if (limit === undefined) return LOG_FILES_UNKNOWN
  return Math.min(LOG_FILES_MAX, Math.max(LOG_FILES_MIN, Math.floor(Number(limit) / 2)))
}

class NodeFileSystem implements FileSystem {
  readonly openFilesMax = openFilesMax()

  open(path: string, mode: 'read' | 'write'): File {
    const flags = mode === 'read' ? fs.constants.O_RDONLY : fs.constants.O_RDWR | fs.constants.O_CREAT
    return new NodeFile(fs.openSync(path, flags, 0o644))
  }

  exists(path: string): boolean {
    return fs.existsSync(path)
  }

  fileSize(path: string): number {
    return fs.statSync(path).size
  }

  readFile(path: string): Buffer {
    return fs.readFileSync(path)
  }

  writeFile(path: string, content: Buffer | string): void {
    fs.writeFileSync(path, content)
  }

  list(path: string): DirectoryEntry[] {
    return fs.readdirSync(path, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      isDirectory: entry.isSymbolicLink() ? isDirectory(`${path}/${entry.name}`) : entry.isDirectory()
    }))
  }

  makeDirectory(path: string): void {
    try {
      fs.mkdirSync(path) // half the price of the recursive one
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return
      // Only a missing parent: for anything else the recursive one has a worse reason (ENOENT on a read-only disk).
      if (code !== 'ENOENT') throw error
      fs.mkdirSync(path, { recursive: true })
    }
  }

  rename(from: string, to: string): void {
    fs.renameSync(from, to)
  }

  link(existing: string, path: string): void {
    fs.linkSync(existing, path)
  }

  removeFile(path: string): void {
    fs.unlinkSync(path)
  }

  removeDirectory(path: string): void {
    fs.rmSync(path, { recursive: true })
  }

  syncDirectory(path: string): void {
    if (process.platform === 'win32') return // directories cannot be opened there; NTFS journals their entries
    const fd = fs.openSync(path, 'r')
    try {
      fs.fsyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
  }

  async syncDirectoryAsync(path: string): Promise<void> {
    if (process.platform === 'win32') return
    const directory = await fs.promises.open(path, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  }

  /** Node has no syncfs; the `sync` of Linux's coreutils has. */
  async syncFileSystem(path: string): Promise<boolean> {
    if (process.platform !== 'linux') return false
    const { execFile } = await import('node:child_process')
    return new Promise((resolve) => {
      execFile('sync', ['--file-system', path], (error) => resolve(error === null))
    })
  }

  lock(path: string): FileLock {
    return lockFile(path)
  }
}

function isDirectory(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

class NodeFile implements File {
  readonly #fd: number
  #syncsInFlight = 0
  #isClosed = false

  constructor(fd: number) {
    this.#fd = fd
  }

  read(target: Buffer, targetStart: number, length: number, position: number): number {
    let done = 0
    while (done < length) {
      const count = fs.readSync(this.#fd, target, targetStart + done, length - done, position + done)
      if (count === 0) break
      done += count
    }
    return done
  }

  /** A short write (a disk that fills up) is tried again: the next call gives the reason as an error. */
  write(buffers: readonly Buffer[], position: number): void {
    if (buffers.length === 1) {
      writeWhole(this.#fd, buffers[0], 0, position)
      return
    }
    let done = fs.writevSync(this.#fd, buffers, position)
    let at = position
    for (const buffer of buffers) {
      if (done < buffer.length) writeWhole(this.#fd, buffer, Math.max(0, done), at)
      done -= buffer.length
      at += buffer.length
    }
  }

  truncate(size: number): void {
    fs.ftruncateSync(this.#fd, size)
  }

  size(): number {
    return fs.fstatSync(this.#fd).size
  }

  sync(): Promise<void> {
    this.#syncsInFlight++
    return new Promise((resolve, reject) => {
      fs.fdatasync(this.#fd, (error) => {
        this.#syncsInFlight--
        if (this.#isClosed && this.#syncsInFlight === 0) fs.closeSync(this.#fd)
        if (error) reject(error)
        else resolve()
      })
    })
  }

  syncBlocking(): void {
    fs.fdatasyncSync(this.#fd)
  }

  /** The descriptor stays until syncs under way are done: its number must not be given to another file before. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#syncsInFlight === 0) fs.closeSync(this.#fd)
  }
}

function writeWhole(fd: number, buffer: Buffer, start: number, position: number): void {
  for (let done = start; done < buffer.length; ) {
    done += fs.writeSync(fd, buffer, done, buffer.length - done, position + done)
  }
}
