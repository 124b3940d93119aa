// Runs the background flushes of all logs, a few at a time: the pool's other threads stay free, and the disk is not asked
// for everything at once.

const PARALLEL_FLUSHES = 2

export class FlushQueue {
  readonly #waiting = new Set<() => Promise<void>>()
  #running = 0

  /** A flush that waits already is not queued twice. Its failure is the log's own to report. */
  request(flush: () => Promise<void>): void {
    this.#waiting.add(flush)
    this.#pump()
  }

  #pump(): void {
    while (this.#running < PARALLEL_FLUSHES) {
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
