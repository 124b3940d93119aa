// Where received bytes land. All connections read into one shared buffer, because a read is taken out of it before the
// next one happens; only a connection with an incomplete frame holds a buffer of its own. So an idle connection costs no
// buffer, and receiving makes no garbage.

const SHARED_BYTES = 256 * 1024
const SMALLEST_CLASS = 12 // 4 KB
const LARGEST_CLASS = 21 // 2 MB: a larger buffer is not worth keeping
const KEPT_PER_CLASS = 8

/** Size class of a buffer: the exponent of the next power of two. */
const classOf = (size: number): number => Math.max(SMALLEST_CLASS, 32 - Math.clz32(size - 1))

export class ReceiveBuffers {
  readonly shared = Buffer.allocUnsafeSlow(SHARED_BYTES)
  private readonly spare: Buffer[][] = Array.from({ length: LARGEST_CLASS + 1 }, () => [])

  /** At least `size` bytes, content undefined. */
  take(size: number): Buffer {
    const sizeClass = classOf(size)
    if (sizeClass > LARGEST_CLASS) return Buffer.allocUnsafeSlow(size)
    return this.spare[sizeClass].pop() ?? Buffer.allocUnsafeSlow(2 ** sizeClass)
  }

  /** Nobody may hold a view of `buffer` any more. */
  giveBack(buffer: Buffer): void {
    const sizeClass = classOf(buffer.length)
    if (sizeClass > LARGEST_CLASS || buffer.length !== 2 ** sizeClass) return
    const spare = this.spare[sizeClass]
    if (spare.length < KEPT_PER_CLASS) spare.push(buffer)
  }
}
