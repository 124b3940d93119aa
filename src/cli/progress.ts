// How far a long command is: one line on standard error, rewritten, on a terminal only.
import type { Clock, Timer } from '../ports.ts'

const INTERVAL_MS = 200

export class Progress {
  readonly #clock: Clock
  readonly #text: () => string
  readonly #stream: NodeJS.WriteStream
  #timer: Timer | undefined
  #isShown = false

  constructor(clock: Clock, text: () => string, stream: NodeJS.WriteStream = process.stderr) {
    this.#clock = clock
    this.#text = text
    this.#stream = stream
  }

  start(): void {
    if (!this.#stream.isTTY) return
    this.#timer = this.#clock.setTimer(INTERVAL_MS, () => {
      this.#stream.write(`\r\u001b[K${this.#text()}`)
      this.#isShown = true
      this.start()
    })
  }

  /** Clears the line, so that what is printed next stands alone. */
  stop(): void {
    this.#timer?.cancel()
    if (this.#isShown) this.#stream.write('\r\u001b[K')
    this.#isShown = false
  }
}

/** 1234567 as 1,234,567: for people, never for programs. */
export const withCommas = (count: number): string => count.toLocaleString('en-US')
