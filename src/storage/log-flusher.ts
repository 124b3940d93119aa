// fdatasync for one log, off the event loop and grouped: all who ask while one sync runs share the next. The recovery
// point, below which nothing is read again after a crash, follows what the disk has confirmed.

import type { Clock, FileSystem } from '../ports.ts'
import { syncFile } from './atomic-file.ts'
import { LEADER_EPOCH_CHECKPOINT } from './file-names.ts'
import type { Segment } from './segment.ts'

export interface FlushTarget {
  readonly directory: string
  readonly segments: readonly Segment[]
  readonly logEndOffset: number
  readonly isClosed: boolean
  /** The entry of this directory in the one above, and what partitions share. */
  syncParent(): Promise<void>
  /** Returns what to tell those who wait. */
  failed(error: unknown): unknown
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
      await Promise.all([this.#syncNames(), ...target.segments.map((segment) => segment.sync())])
    } catch (error) {
      throw target.failed(error)
    }
    const isRecoverable = await this.#syncIndexes()
    if (target.isClosed || !isRecoverable) return
    this.recoveryPoint = Math.max(this.recoveryPoint, upTo)
    this.lastFlushMs = this.#clock.nowMs()
  }

  /**
   * The records are safe by now. Segments below the recovery point are not read again, so without their indexes (the disk
   * is full) it has to stay where it is.
   */
  async #syncIndexes(): Promise<boolean> {
    const target = this.#target
    try {
      for (const segment of target.segments) {
        if (target.isClosed) return false
        if (segment === target.segments[target.segments.length - 1]) segment.writeIndexesBehind()
        else await segment.syncIndexes((paths) => this.syncFiles(paths))
      }
      return true
    } catch (error) {
      target.failed(error)
      return false
    }
  }

  async #syncNames(): Promise<void> {
    if (this.#namesAreSynced) return
    this.#namesAreSynced = true
    const { directory } = this.#target
    await Promise.all([
      this.syncFiles([`${directory}/${LEADER_EPOCH_CHECKPOINT}`]),
      this.#fileSystem.syncDirectoryAsync(directory),
      this.#target.syncParent()
    ])
  }

  /** Those that exist. */
  async syncFiles(paths: readonly string[]): Promise<void> {
    await Promise.all(paths.map((path) => syncFile(this.#fileSystem, path)))
  }
}
