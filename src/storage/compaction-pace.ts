// Keeps compaction out of everyone's way: it works in slices of a few milliseconds on the event loop and lets others run in
// between, slower where log.cleaner.io.max.bytes.per.second says so, and ends where its log is closed or its broker stops.

import type { Clock } from '../ports.ts'

const SLICE_MS = 2
const PAUSE_MS = 1
/** The rate is looked at this often. */
const RATE_WINDOW_MS = 300

/** The run ends here and leaves the log as it was. */
export class CompactionStoppedError extends Error {}

export interface PaceOptions {
  clock: Clock
  /** Read and written bytes together. */
  bytesPerSecond: number
  isStopped(): boolean
}

export class CompactionPace {
  readonly #options: PaceOptions
  #sliceStartMs: number
  #windowStartMs: number
  #windowBytes = 0

  constructor(options: PaceOptions) {
    this.#options = options
    this.#sliceStartMs = options.clock.monotonicMs()
    this.#windowStartMs = this.#sliceStartMs
  }

  /** Cheap enough to ask for every few records. */
  get isDue(): boolean {
    return this.#options.clock.monotonicMs() - this.#sliceStartMs >= SLICE_MS
  }

  /** Lets others run when the slice is over. Throws CompactionStoppedError. */
  async breathe(): Promise<void> {
    if (this.isDue) await this.#sleep(PAUSE_MS)
    this.check()
  }

  /** After anything that was waited for. */
  check(): void {
    if (this.#options.isStopped()) throw new CompactionStoppedError()
  }

  /** Waits when that many bytes came too fast. */
  async spend(bytes: number): Promise<void> {
    const { clock, bytesPerSecond } = this.#options
    this.#windowBytes += bytes
    const elapsedMs = clock.monotonicMs() - this.#windowStartMs
    const neededMs = (this.#windowBytes / bytesPerSecond) * 1000
    if (elapsedMs < RATE_WINDOW_MS && neededMs < RATE_WINDOW_MS) return
    if (neededMs > elapsedMs) await this.#sleep(neededMs - elapsedMs)
    this.#windowStartMs = clock.monotonicMs()
    this.#windowBytes = 0
    this.check()
  }

  async #sleep(delayMs: number): Promise<void> {
    const { clock } = this.#options
    await new Promise<void>((resolve) => clock.setTimer(delayMs, resolve))
    this.#sliceStartMs = clock.monotonicMs()
  }
}
