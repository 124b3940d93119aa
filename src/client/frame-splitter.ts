// Cuts the byte stream of a connection into frames: a 4-byte size, then that many bytes. A frame that lies in one
// chunk is handed on as a slice; only a frame spread over chunks is copied, once, into a buffer of its exact size.

export class FrameSplitter {
  readonly #frameBytesMax: number
  readonly #onFrame: (frame: Buffer) => void
  readonly #size = Buffer.alloc(4)
  #sizeFilled = 0
  #frame: Buffer | undefined
  #frameFilled = 0

  constructor(frameBytesMax: number, onFrame: (frame: Buffer) => void) {
    this.#frameBytesMax = frameBytesMax
    this.#onFrame = onFrame
  }

  /** Throws RangeError when a size is negative or above the limit: the peer does not speak Kafka, or is broken. */
  push(chunk: Buffer): void {
    let position = 0
    while (position < chunk.length) {
      if (this.#frame !== undefined) {
        position += this.#fill(chunk, position)
        continue
      }
      const size = this.#takeSize(chunk, position)
      if (size === undefined) return
      position += size.taken
      if (chunk.length - position >= size.value) {
        this.#onFrame(chunk.subarray(position, position + size.value))
        position += size.value
      } else {
        this.#frame = Buffer.allocUnsafeSlow(size.value)
        this.#frameFilled = 0
      }
    }
  }

  #fill(chunk: Buffer, position: number): number {
    const frame = this.#frame!
    const copied = chunk.copy(frame, this.#frameFilled, position)
    this.#frameFilled += copied
    if (this.#frameFilled === frame.length) {
      this.#frame = undefined
      this.#onFrame(frame)
    }
    return copied
  }

  #takeSize(chunk: Buffer, position: number): { value: number; taken: number } | undefined {
    const taken = chunk.copy(this.#size, this.#sizeFilled, position, position + 4 - this.#sizeFilled)
    this.#sizeFilled += taken
    if (this.#sizeFilled < 4) return undefined
    this.#sizeFilled = 0
    const value = this.#size.readInt32BE(0)
    if (value < 0 || value > this.#frameBytesMax) throw new RangeError(`frame of ${value >>> 0} bytes`)
    return { value, taken }
  }
}
