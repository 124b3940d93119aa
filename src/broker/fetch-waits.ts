// Every fetch that waits, so that a stop can answer them all.
import type { FetchWaiter } from './fetch-set.ts'

export class FetchWaits {
  readonly #waiting = new Set<FetchWaiter>()
  /** The broker stops: nothing may wait any more. */
  isClosed = false

  get size(): number {
    return this.#waiting.size
  }

  add(waiter: FetchWaiter): void {
    this.#waiting.add(waiter)
  }

  delete(waiter: FetchWaiter): void {
    this.#waiting.delete(waiter)
  }

  close(): void {
    this.isClosed = true
    for (const waiter of [...this.#waiting]) waiter.finish()
  }
}
