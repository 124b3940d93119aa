// fdatasync for one log, off the event loop and grouped: all who ask while one sync runs share the next. The recovery
// point, below which nothing is read again after a crash, follows what the disk has confirmed.

import type { Clock, FileSystem } from '../ports.ts'
import { directoryOf } from './atomic-file.ts'
import { LEADER_EPOCH_CHECKPOINT, PARTITION_METADATA } from './file-names.ts'
import type { Segment } from './segment.ts'

export interface FlushTarget {
  readonly directory: string
  readonly segments: readonly Segment[]
  readonly logEndOffset: number
  readonly isClosed: boolean
  failed(error: unknown): void
}

export class LogFlusher {
  /** Everything below is on the disk. */
  recoveryPoint: number
  lastFlushMs: number
  readonly #fileSystem: FileSystem
  readonly #clock: Clock
  readonly #target: FlushTarget
  /** Nothing was created or replaced since the last sync that data depends on: partition metadata, epochs, segments. */
  #namesAreSynced = false
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(fileSystem: FileSystem, clock: Clock, target: FlushTarget, recoveryPoint: number) {
    this.#fileSystem = fileSystem
    this.#clock = clock
    this.#target = target
    this.recoveryPoint = recoveryPoint
    this.lastFlushMs = clock.nowMs()
  }

  /** A file was created or replaced: after a power cut, data without it would be lost. */
  namesChanged(): void {
    this.#namesAreSynced = false
  }

  /** Resolves when everything appended before the call is on the disk. */
  flush(): Promise<void> {
    if (this.#next !== undefined) return this.#next
    if (this.#running === undefined) return this.#start()
    const startNext = () => {
      this.#next = undefined
      return this.#start()
    }
    this.#next = this.#running.then(startNext, startNext)
    return this.#next
  }

  #start(): Promise<void> {
    const run = this.#sync().finally(() => {
      if (this.#running === run) this.#running = undefined
    })
    this.#running = run
    return run
  }

  async #sync(): Promise<void> {
    const target = this.#target
    const upTo = target.logEndOffset
    try {
      await this.#syncNames()
      for (const segment of target.segments) {
        if (target.isClosed) return
        if (!target.segments.includes(segment)) continue // retention removed it meanwhile
        const isActive = segment === target.segments[target.segments.length - 1]
        await segment.sync()
        if (!isActive) await segment.syncIndexes((paths) => this.syncFiles(paths))
      }
    } catch (error) {
      target.failed(error)
      throw error
    }
    this.recoveryPoint = Math.max(this.recoveryPoint, upTo)
    this.lastFlushMs = this.#clock.nowMs()
  }

  async #syncNames(): Promise<void> {
    if (this.#namesAreSynced) return
    this.#namesAreSynced = true
    const { directory } = this.#target
    await this.syncFiles([`${directory}/${PARTITION_METADATA}`, `${directory}/${LEADER_EPOCH_CHECKPOINT}`])
    await this.#fileSystem.syncDirectoryAsync(directory)
    await this.#fileSystem.syncDirectoryAsync(directoryOf(directory))
  }

  /** Those that exist. */
  async syncFiles(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.filter((path) => this.#fileSystem.exists(path)).map((path) => this.#syncFile(path)))
  }

  async #syncFile(path: string): Promise<void> {
    const file = this.#fileSystem.open(path, 'write')
    try {
      await file.sync()
    } finally {
      file.close()
    }
  }
}
