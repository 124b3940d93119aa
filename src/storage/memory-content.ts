// The bytes of one file in memory. A small file is one buffer that grows; a large one is a list of equal chunks, so that
// appending never copies what is there.

const CHUNK_BYTES = 256 * 1024
const FIRST_BYTES = 256

export class MemoryContent {
  #chunks: Buffer[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  read(target: Buffer, targetStart: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, this.#size - position))
    for (let done = 0; done < count; ) {
      const at = position + done
      const within = at % CHUNK_BYTES
      const part = Math.min(count - done, CHUNK_BYTES - within)
      this.#chunks[Math.floor(at / CHUNK_BYTES)].copy(target, targetStart + done, within, within + part)
      done += part
    }
    return count
  }

  write(source: Buffer, position: number): void {
    const end = position + source.length
    this.#reserve(end)
    if (position > this.#size) this.#zero(this.#size, position)
    for (let done = 0; done < source.length; ) {
      const at = position + done
      const within = at % CHUNK_BYTES
      const part = Math.min(source.length - done, CHUNK_BYTES - within)
      source.copy(this.#chunks[Math.floor(at / CHUNK_BYTES)], within, done, done + part)
      done += part
    }
    this.#size = Math.max(this.#size, end)
  }

  truncate(size: number): void {
    if (size > this.#size) {
      this.#reserve(size)
      this.#zero(this.#size, size)
    } else {
      this.#chunks.length = Math.ceil(size / CHUNK_BYTES)
    }
    this.#size = size
  }

  toBuffer(): Buffer {
    const buffer = Buffer.allocUnsafe(this.#size)
    this.read(buffer, 0, this.#size, 0)
    return buffer
  }

  #reserve(end: number): void {
    const count = Math.ceil(end / CHUNK_BYTES)
    if (count > 1 && this.#chunks.length > 0 && this.#chunks[0].length < CHUNK_BYTES) this.#growFirst(CHUNK_BYTES)
    while (this.#chunks.length < count) {
      const isOnly = count === 1
      this.#chunks.push(Buffer.allocUnsafeSlow(isOnly ? Math.max(FIRST_BYTES, end) : CHUNK_BYTES))
    }
    if (count === 1 && this.#chunks[0].length < end) {
      this.#growFirst(Math.min(CHUNK_BYTES, Math.max(end, this.#chunks[0].length * 2)))
    }
  }

  #growFirst(capacity: number): void {
    const grown = Buffer.allocUnsafeSlow(capacity)
    this.#chunks[0].copy(grown)
    this.#chunks[0] = grown
  }

  #zero(from: number, to: number): void {
    for (let at = from; at < to; ) {
      const within = at % CHUNK_BYTES
      const part = Math.min(to - at, CHUNK_BYTES - within)
      this.#chunks[Math.floor(at / CHUNK_BYTES)].fill(0, within, within + part)
      at += part
    }
  }
}
