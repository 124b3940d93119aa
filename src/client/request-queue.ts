// The requests of one connection that wait for their response. Kafka answers in request order, so this is a queue;
// the correlation id of a response only confirms that nothing was lost. One timer serves all deadlines.
import type { Clock, Timer } from '../ports.ts'

export interface Waiting {
  readonly correlationId: number | undefined
  readonly what: string
  readonly timeoutMs: number
  readonly deadlineMs: number
  resolve(frame: Buffer): void
  reject(error: Error): void
}

export class RequestQueue {
  readonly #clock: Clock
  readonly #onTimeout: (expired: Waiting) => void
  #waiting: Waiting[] = []
  #head = 0
  #timer: Timer | undefined
  #timerAtMs = 0

  constructor(clock: Clock, onTimeout: (expired: Waiting) => void) {
    this.#clock = clock
    this.#onTimeout = onTimeout
  }

  get size(): number {
    return this.#waiting.length - this.#head
  }

  push(waiting: Waiting): void {
    this.#waiting.push(waiting)
    if (this.#timer === undefined || waiting.deadlineMs < this.#timerAtMs) this.#arm(waiting.deadlineMs)
  }

  shift(): Waiting | undefined {
    const waiting = this.#waiting[this.#head]
    if (waiting === undefined) return undefined
    this.#head++
    if (this.#head === this.#waiting.length) {
      this.#waiting = []
      this.#head = 0
    } else if (this.#head > 256) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return waiting
  }

  rejectAll(error: Error): void {
    this.#timer?.cancel()
    this.#timer = undefined
    for (let waiting = this.shift(); waiting !== undefined; waiting = this.shift()) waiting.reject(error)
  }

  #arm(atMs: number): void {
    this.#timer?.cancel()
    this.#timerAtMs = atMs
    this.#timer = this.#clock.setTimer(Math.max(0, atMs - this.#clock.monotonicMs()) + 1, () => this.#check())
  }

  // Answered requests are not removed from the timer one by one: it looks at what still waits when it fires.
  #check(): void {
    this.#timer = undefined
    const nowMs = this.#clock.monotonicMs()
    let nextMs = Infinity
    for (let index = this.#head; index < this.#waiting.length; index++) {
      const waiting = this.#waiting[index]!
      if (waiting.deadlineMs <= nowMs) {
        this.#onTimeout(waiting)
        return
      }
      nextMs = Math.min(nextMs, waiting.deadlineMs)
    }
    if (nextMs !== Infinity) this.#arm(nextMs)
  }
}
