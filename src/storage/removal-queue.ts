// Files and directories that wait to be removed: readers may still be busy with them, and an operator may still want them
// back. Removed a few at a time, so that a deleted topic of a thousand partitions does not hold up anyone.

import type { Clock, FileSystem, Logger, Timer } from '../ports.ts'

const REMOVED_AT_ONCE = 32
const PAUSE_MS = 5

interface Waiting {
  path: string
  isDirectory: boolean
  dueMs: number
}

export class RemovalQueue {
  readonly #fileSystem: FileSystem
  readonly #clock: Clock
  readonly #logger: Logger
  #waiting: Waiting[] = []
  #timer: Timer | undefined
  #timerDueMs = 0
  #isClosed = false

  constructor(fileSystem: FileSystem, clock: Clock, logger: Logger) {
    this.#fileSystem = fileSystem
    this.#clock = clock
    this.#logger = logger
  }

  add(path: string, isDirectory: boolean, delayMs: number): void {
    const dueMs = this.#clock.monotonicMs() + delayMs
    this.#waiting.push({ path, isDirectory, dueMs })
    this.#schedule(dueMs)
  }

  /** What still waits stays on the disk under its deleted name; the next start removes it. */
  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
  }

  #schedule(dueMs: number): void {
    if (this.#isClosed || (this.#timer !== undefined && this.#timerDueMs <= dueMs)) return
    this.#timer?.cancel()
    this.#timerDueMs = dueMs
    this.#timer = this.#clock.setTimer(Math.max(0, dueMs - this.#clock.monotonicMs()), () => this.#run())
  }

  #run(): void {
    this.#timer = undefined
    const nowMs = this.#clock.monotonicMs()
    const due = this.#waiting.filter((entry) => entry.dueMs <= nowMs).slice(0, REMOVED_AT_ONCE)
    const removed = new Set(due)
    for (const entry of due) this.#remove(entry)
    this.#waiting = this.#waiting.filter((entry) => !removed.has(entry))
    if (this.#waiting.length === 0) return
    const next = Math.min(...this.#waiting.map((entry) => entry.dueMs))
    this.#schedule(Math.max(next, nowMs + PAUSE_MS))
  }

  #remove(entry: Waiting): void {
    try {
      if (!this.#fileSystem.exists(entry.path)) return // gone with its directory
      if (entry.isDirectory) this.#fileSystem.removeDirectory(entry.path)
      else this.#fileSystem.removeFile(entry.path)
    } catch (error) {
      this.#logger.warn(`${entry.path} could not be removed; the next start tries again`, {
        reason: (error as Error).message
      })
    }
  }
}
