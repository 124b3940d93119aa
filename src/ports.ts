// The outside world, each part replaceable: time, chance, disk, log output. Nothing above this file reads the
// clock, draws a random number or touches a file in any other way; a deterministic test replaces them all.

export interface Timer {
  /** Idempotent; the callback never runs after this returns. */
  cancel(): void
}

export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  nowMs(): number
  /** Monotonic milliseconds with a fraction: for durations, never for records. */
  monotonicMs(): number
  /** One-shot timer. A timer never keeps the process alive by itself. */
  setTimer(delayMs: number, callback: () => void): Timer
}

export interface Random {
  bytes(count: number): Buffer
  /** Uniform in [0, 1). */
  float(): number
}

export type LogFields = Record<string, unknown>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export interface DirectoryEntry {
  readonly name: string
  readonly isDirectory: boolean
}

/** One open file. Positions and lengths are bytes. Errors are node's system errors (`code` ENOSPC, EIO, ...). */
export interface File {
  /** Reads up to `length` bytes at `position` into `target` at `targetStart`; fewer at the end of the file. */
  read(target: Buffer, targetStart: number, length: number, position: number): number
  /** Writes all buffers back to back at `position`: one writev. Throws when not everything was written. */
  write(buffers: readonly Buffer[], position: number): void
  truncate(size: number): void
  size(): number
  /** Data and size durable on return of the promise; runs off the event loop. */
  sync(): Promise<void>
  /** As sync, but blocking: for start and stop only. */
  syncBlocking(): void
  close(): void
}

export interface FileLock {
  release(): void
}

/** Synchronous on purpose: a page-cache write costs less than the trip to the thread pool. */
export interface FileSystem {
  /** How many files may be open at once without crowding out the rest of the process (connections). */
  readonly openFilesMax: number
  /** 'read' needs the file to exist; 'write' creates it when missing and never truncates. */
  open(path: string, mode: 'read' | 'write'): File
  exists(path: string): boolean
  fileSize(path: string): number
  readFile(path: string): Buffer
  /** Not atomic and not synced; see storage/atomic-file.ts for the durable replacement of a small file. */
  writeFile(path: string, content: Buffer | string): void
  list(path: string): DirectoryEntry[]
  /** Recursive, no error when it exists. */
  makeDirectory(path: string): void
  rename(from: string, to: string): void
  /** A second name for a file that never changes: cheaper than a second file. Throws where there are no hard links. */
  link(existing: string, path: string): void
  removeFile(path: string): void
  /** With everything in it. */
  removeDirectory(path: string): void
  syncDirectory(path: string): void
  /** As syncDirectory, off the event loop. */
  syncDirectoryAsync(path: string): Promise<void>
  /**
   * Everything written to the file system that holds `path`, durable by one call; false where the platform has none, or
   * it failed: then each file has to be synced, which also names the one that cannot be.
   */
  syncFileSystem(path: string): Promise<boolean>
  /** Exclusive between processes and within one; throws DirectoryInUseError naming the holder's pid when known. */
  lock(path: string): FileLock
}

export class DirectoryInUseError extends Error {
  readonly path: string
  readonly pid: number | undefined
  constructor(path: string, pid?: number) {
    super(`${path} is in use by another broker${pid === undefined ? '' : ` (pid ${pid})`}`)
    this.name = 'DirectoryInUseError'
    this.path = path
    this.pid = pid
  }
}
