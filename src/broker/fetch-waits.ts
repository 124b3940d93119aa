// Every fetch that waits, so that a stop can answer them all.
import type { FetchWaiter } from './fetch-set.ts'

export class FetchWaits {
  readonly #waiting = new Set<FetchWaiter>()

  get size(): number {
    return this.#waiting.size
  }

  add(waiter: FetchWaiter): void {
    this.#waiting.add(waiter)
  }

  delete(waiter: FetchWaiter): void {
    this.#waiting.delete(waiter)
  }

  finishAll(): void {
    for (const waiter of [...this.#waiting]) waiter.finish()
  }
}
