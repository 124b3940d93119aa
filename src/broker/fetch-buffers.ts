// Buffers that fetched records are read into, used again and again: a fresh megabyte per partition and fetch would
// cost more in page faults and garbage collection than the read itself. A response takes buffers while it is put
// together and gives all of them back once its bytes have left the process.
import type { Clock, Timer } from '../ports.ts'

/** Smaller reads come from node's own slab: a pool would not make them cheaper. */
const POOLED_BYTES_MIN = 16 * 1024
const CLASS_BITS_MIN = 14
/** 64 MB; the largest buffer that is kept. Larger reads are allocated and forgotten. */
const CLASS_BITS_MAX = 26
const IDLE_BYTES_MAX = 64 * 1024 * 1024
/** What stays for the next burst when the pool was not used for a while. */
const IDLE_BYTES_REST = 4 * 1024 * 1024
const TRIM_AFTER_MS = 5_000

export class FetchBuffers {
  readonly #clock: Clock
  /** Free buffers by size class: class n holds buffers of 2^(n + CLASS_BITS_MIN) bytes. */
  readonly #free: Buffer[][] = []
  #idleBytes = 0
  #trimTimer: Timer | undefined
  #usedSinceTrim = false

  constructor(clock: Clock) {
    this.#clock = clock
    for (let bits = CLASS_BITS_MIN; bits <= CLASS_BITS_MAX; bits++) this.#free.push([])
  }

  /** Bytes kept for later use. */
  get idleBytes(): number {
    return this.#idleBytes
  }

  /** Whether the buffer must come back; the small ones are node's. */
  static isPooled(buffer: Buffer): boolean {
    return buffer.length >= POOLED_BYTES_MIN
  }

  /** At least `sizeBytes` long, with old content. Pass it to `release` exactly once, or never. */
  take(sizeBytes: number): Buffer {
    if (sizeBytes < POOLED_BYTES_MIN) return Buffer.allocUnsafe(sizeBytes)
    const index = classOf(sizeBytes)
    if (index >= this.#free.length) return Buffer.allocUnsafeSlow(sizeBytes)
    this.#usedSinceTrim = true
    const buffer = this.#free[index].pop()
    if (buffer === undefined) return Buffer.allocUnsafeSlow(2 ** (index + CLASS_BITS_MIN))
    this.#idleBytes -= buffer.length
    return buffer
  }

  /** Only what `take` returned, itself, not a slice. */
  release(buffer: Buffer): void {
    const sizeBytes = buffer.length
    if (sizeBytes < POOLED_BYTES_MIN || this.#idleBytes + sizeBytes > IDLE_BYTES_MAX) return
    const index = classOf(sizeBytes)
    if (index >= this.#free.length) return
    this.#free[index].push(buffer)
    this.#idleBytes += sizeBytes
    if (this.#trimTimer === undefined && this.#idleBytes > IDLE_BYTES_REST) this.#scheduleTrim()
  }

  close(): void {
    this.#trimTimer?.cancel()
    this.#trimTimer = undefined
    for (const free of this.#free) free.length = 0
    this.#idleBytes = 0
  }

  #scheduleTrim(): void {
    this.#usedSinceTrim = false
    this.#trimTimer = this.#clock.setTimer(TRIM_AFTER_MS, () => {
      this.#trimTimer = undefined
      if (this.#usedSinceTrim) this.#scheduleTrim()
      else this.#trim()
    })
  }

  /** Largest first: they are the least likely to be wanted again. */
  #trim(): void {
    for (let index = this.#free.length - 1; index >= 0; index--) {
      const free = this.#free[index]
      while (free.length > 0 && this.#idleBytes > IDLE_BYTES_REST) this.#idleBytes -= free.pop()!.length
    }
  }
}

function classOf(sizeBytes: number): number {
  return Math.max(0, 32 - Math.clz32(sizeBytes - 1) - CLASS_BITS_MIN)
}
