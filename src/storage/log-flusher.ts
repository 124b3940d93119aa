// fdatasync for one log, off the event loop and grouped: all who ask while one sync runs share the next. The recovery
// point, below which nothing is read again after a crash, follows what the disk has confirmed.

import type { Segment } from './segment.ts'

export interface FlushTarget {
  readonly segments: readonly Segment[]
  readonly logEndOffset: number
  /** Files and names that data depends on and that were not synced yet: partition metadata, epochs, directory entries. */
  syncNames(): Promise<void>
  flushed(upTo: number): void
  failed(error: unknown): void
}

export class LogFlusher {
  readonly #target: FlushTarget
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(target: FlushTarget) {
    this.#target = target
  }

  /** Resolves when everything appended before the call is on the disk. */
  flush(): Promise<void> {
    if (this.#next !== undefined) return this.#next
    if (this.#running === undefined) return this.#start()
    this.#next = this.#running.then(
      () => this.#startNext(),
      () => this.#startNext()
    )
    return this.#next
  }

  #startNext(): Promise<void> {
    this.#next = undefined
    return this.#start()
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
      await target.syncNames()
      const segments = target.segments
      const active = segments[segments.length - 1]
      for (const segment of segments) {
        const isGone = !target.segments.includes(segment) // retention may have removed it meanwhile
        if (isGone || segment.syncedBytes === segment.sizeBytes) continue
        if (segment !== active) segment.writeIndexes()
        await segment.sync()
      }
      target.flushed(upTo)
    } catch (error) {
      target.failed(error)
      throw error
    }
  }
}

/** Runs the background flushes of all logs, a few at a time: the pool's other threads stay free. */
export class FlushQueue {
  readonly #waiting = new Set<() => Promise<void>>()
  readonly #parallel: number
  #running = 0

  constructor(parallel = 2) {
    this.#parallel = parallel
  }

  /** A flush that waits already is not queued twice. Its failure is the log's own to report. */
  request(flush: () => Promise<void>): void {
    this.#waiting.add(flush)
    this.#pump()
  }

  #pump(): void {
    while (this.#running < this.#parallel) {
      const flush = this.#waiting.values().next().value
      if (flush === undefined) return
      this.#waiting.delete(flush)
      this.#running++
      const done = () => {
        this.#running--
        this.#pump()
      }
      flush().then(done, done)
    }
  }
}
