// A clock that only moves when a test says so.
import type { Clock, Timer } from '../../ports.ts'

interface Waiting {
  readonly atMs: number
  readonly callback: () => void
}

export class ManualClock implements Clock {
  readonly #startMs: number
  #elapsedMs = 0
  readonly #timers = new Set<Waiting>()

  constructor(startMs = 1_750_000_000_000) {
    this.#startMs = startMs
  }

  nowMs(): number {
    return this.#startMs + this.#elapsedMs
  }

  monotonicMs(): number {
    return this.#elapsedMs
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const waiting = { atMs: this.#elapsedMs + delayMs, callback }
    this.#timers.add(waiting)
    return { cancel: () => this.#timers.delete(waiting) }
  }

  get timerCount(): number {
    return this.#timers.size
  }

  /** Time passes and no timer is run in it: they are all late then. */
  stall(byMs: number): void {
    this.#elapsedMs += byMs
  }

  /** Runs what is due on the way, each at its own time. */
  advance(byMs: number): void {
    const untilMs = this.#elapsedMs + byMs
    for (;;) {
      let next: Waiting | undefined
      for (const timer of this.#timers) {
        if (timer.atMs <= untilMs && (next === undefined || timer.atMs < next.atMs)) next = timer
      }
      if (next === undefined) break
      this.#timers.delete(next)
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs)
      next.callback()
    }
    this.#elapsedMs = untilMs
  }
}
