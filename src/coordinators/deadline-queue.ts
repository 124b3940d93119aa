// Timers as data. A deadline is a plain object that a state machine keeps and moves; the queue knows which comes next;
// the runtime alone turns that into one timer of the clock.
//
// Moving a deadline later, which every heartbeat does, only writes a number: its place in the heap stays where it was,
// and when that place comes up the deadline is put back at its true time.

export interface Deadline {
  /** Which shard it belongs to. */
  readonly partition: number
  /** Monotonic milliseconds; Infinity when it is not set. */
  atMs: number
  /** The queue's own: the time under which the deadline stands in the heap, Infinity when it does not. */
  queuedAtMs: number
}

interface Entry<D> {
  readonly atMs: number
  readonly sequence: number
  readonly deadline: D
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence)

export class DeadlineQueue<D extends Deadline> {
  /** Monotonic now, set by the runtime before each command: state machines count from here. */
  nowMs = 0
  readonly #heap: Entry<D>[] = []
  #sequence = 0

  /** Sets the deadline to `delayMs` from now, wherever it stood before. */
  schedule(deadline: D, delayMs: number): void {
    const atMs = this.nowMs + delayMs
    deadline.atMs = atMs
    if (atMs < deadline.queuedAtMs) this.#push(deadline, atMs)
  }

  cancel(deadline: D): void {
    deadline.atMs = Number.POSITIVE_INFINITY
  }

  /** When something may be due; never later than the truth. Infinity when nothing is queued. */
  nextAtMs(): number {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#heap[0].atMs
  }

  /** Takes out one deadline that is due at `nowMs`, in order of time, and unsets it. */
  takeDue(nowMs: number): D | undefined {
    while (this.#heap.length > 0 && this.#heap[0].atMs <= nowMs) {
      const { deadline, atMs } = this.#pop()
      if (deadline.queuedAtMs !== atMs) continue // It was moved earlier since and stands there a second time.
      deadline.queuedAtMs = Number.POSITIVE_INFINITY
      if (deadline.atMs <= nowMs) {
        deadline.atMs = Number.POSITIVE_INFINITY
        return deadline
      }
      if (deadline.atMs !== Number.POSITIVE_INFINITY) this.#push(deadline, deadline.atMs)
    }
    return undefined
  }

  #push(deadline: D, atMs: number): void {
    deadline.queuedAtMs = atMs
    const heap = this.#heap
    const entry = { atMs, sequence: this.#sequence++, deadline }
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(entry, heap[parent])) break
      heap[at] = heap[parent]
      at = parent
    }
    heap[at] = entry
  }

  #pop(): Entry<D> {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()!
    if (heap.length === 0) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
      if (!isBefore(heap[child], last)) break
      heap[at] = heap[child]
      at = child
    }
    heap[at] = last
    return first
  }
}
