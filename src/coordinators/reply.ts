// An answer that may come later: a JoinGroup waits for the other members, a SyncGroup for the leader. Most answers are
// there at once; those never become a promise.

export class Reply<T> {
  #value: T | undefined
  #isSettled = false
  #resolve: ((value: T) => void) | undefined

  get isSettled(): boolean {
    return this.#isSettled
  }

  /** The first answer counts. */
  settle(value: T): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#value = value
    this.#resolve?.(value)
  }

  result(): T | Promise<T> {
    if (this.#isSettled) return this.#value as T
    return new Promise<T>((resolve) => {
      this.#resolve = resolve
    })
  }
}
