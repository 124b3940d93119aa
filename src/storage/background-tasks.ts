// Work that comes round: each task has its own interval; one that fails is reported and comes round again.

import type { Clock, Logger, Timer } from '../ports.ts'

/** Long.MAX_VALUE: never. */
const NEVER_MS = Number.MAX_SAFE_INTEGER

export class BackgroundTasks {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #timers = new Map<string, Timer>()

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock
    this.#logger = logger
  }

  every(name: string, firstMs: number, intervalMs: number, action: () => void): void {
    if (intervalMs >= NEVER_MS) return
    const arm = (delayMs: number) => {
      const timer = this.#clock.setTimer(delayMs, () => {
        try {
          action()
        } catch (error) {
          this.#logger.error(`Background work failed: ${name}`, { reason: (error as Error).message })
        }
        if (this.#timers.has(name)) arm(intervalMs)
      })
      this.#timers.set(name, timer)
    }
    arm(firstMs)
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
  }
}
