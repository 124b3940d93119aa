// Writes Kafka's primitive encodings into a growing buffer. Large byte ranges (record batches) are not copied: they
// become chunks of their own between the encoded ones, and all chunks leave together in one writev.
import { writeUuid } from './uuid-text.ts'

const TWO_TO_32 = 0x1_0000_0000
/** From this size on, a range is handed over as its own chunk: an iovec costs less than the copy. */
const OWN_CHUNK_BYTES = 4096

const floatBytes = new DataView(new ArrayBuffer(8))

export class Writer {
  private buffer: Buffer
  private position = 0
  /** Where the bytes begin that are not yet in `chunks`. */
  private chunkStart = 0
  private readonly chunks: Buffer[] = []
  private chunksLength = 0

  constructor(initialBytes = 512) {
    this.buffer = Buffer.allocUnsafe(initialBytes)
  }

  get length(): number {
    return this.chunksLength + this.position - this.chunkStart
  }

  /** Makes room for `size` bytes and returns where they begin. */
  private reserve(size: number): number {
    const at = this.position
    if (at + size > this.buffer.length) return this.grow(size)
    this.position = at + size
    return at
  }

  private grow(size: number): number {
    const pending = this.position - this.chunkStart
    const grown = Buffer.allocUnsafe(Math.max(pending + size, 2 * this.buffer.length))
    this.buffer.copy(grown, 0, this.chunkStart, this.position)
    this.buffer = grown
    this.chunkStart = 0
    this.position = pending + size
    return pending
  }

  boolean(value: boolean): void {
    const at = this.reserve(1)
    this.buffer[at] = value ? 1 : 0
  }

  int8(value: number): void {
    const at = this.reserve(1)
    this.buffer[at] = value
  }

  int16(value: number): void {
    const at = this.reserve(2)
    const { buffer } = this
    buffer[at] = value >> 8
    buffer[at + 1] = value
  }

  uint16(value: number): void {
    this.int16(value)
  }

  int32(value: number): void {
    const at = this.reserve(4)
    const { buffer } = this
    buffer[at] = value >> 24
    buffer[at + 1] = value >> 16
    buffer[at + 2] = value >> 8
    buffer[at + 3] = value
  }

  uint32(value: number): void {
    this.int32(value | 0)
  }

  int64(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not an exact int64: ${value}`)
    const high = Math.floor(value / TWO_TO_32)
    this.int32(high)
    this.int32((value - high * TWO_TO_32) | 0)
  }

  /** 16 hex digits. */
  int64Bits(value: string): void {
    const at = this.reserve(8)
    if (this.buffer.write(value, at, 8, 'hex') !== 8) throw new RangeError(`not 16 hex digits: ${value}`)
  }

  float64(value: number): void {
    floatBytes.setFloat64(0, value)
    const at = this.reserve(8)
    for (let index = 0; index < 8; index++) this.buffer[at + index] = floatBytes.getUint8(index)
  }

  unsignedVarint(value: number): void {
    let rest = value >>> 0
    while (rest >= 0x80) {
      this.int8((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.int8(rest)
  }

  /** Zig-zag. */
  varint(value: number): void {
    this.unsignedVarint((value << 1) ^ (value >> 31))
  }

  /** Zig-zag. */
  varlong(value: number): void {
    // Zig-zag doubles the value, which may leave the safe range: the lowest seven bits are split off first.
    const magnitude = value < 0 ? -value - 1 : value
    let rest = Math.floor(magnitude / 64)
    let low = (magnitude % 64) * 2 + (value < 0 ? 1 : 0)
    while (rest > 0) {
      this.int8(low | 0x80)
      low = rest % 128
      rest = Math.floor(rest / 128)
    }
    this.int8(low)
  }

  /** 22 characters of URL-safe base64. */
  uuid(value: string): void {
    const at = this.reserve(16)
    writeUuid(value, this.buffer, at)
  }

  /** The UTF-8 bytes of `text`, without a length before them. */
  utf8(text: string, byteLength: number): void {
    const at = this.reserve(byteLength)
    if (byteLength === text.length && byteLength <= 32) {
      for (let index = 0; index < byteLength; index++) this.buffer[at + index] = text.charCodeAt(index)
    } else {
      this.buffer.write(text, at, byteLength, 'utf8')
    }
  }

  /** int16 length, then UTF-8. */
  string(text: string): void {
    const length = utf8Length(text)
    this.int16(length)
    this.utf8(text, length)
  }

  /** Unsigned varint of length + 1, then UTF-8. */
  compactString(text: string): void {
    const length = utf8Length(text)
    this.unsignedVarint(length + 1)
    this.utf8(text, length)
  }

  /** The bytes alone. Small ranges are copied; a large one must stay unchanged until the chunks were written out. */
  raw(bytes: Buffer): void {
    if (bytes.length < OWN_CHUNK_BYTES) {
      const at = this.reserve(bytes.length)
      this.buffer.set(bytes, at)
      return
    }
    this.closeChunk()
    this.chunks.push(bytes)
    this.chunksLength += bytes.length
  }

  private closeChunk(): void {
    if (this.position === this.chunkStart) return
    const chunk = this.buffer.subarray(this.chunkStart, this.position)
    this.chunks.push(chunk)
    this.chunksLength += chunk.length
    this.chunkStart = this.position
  }

  /** All chunks in order. The writer must not be used afterwards. */
  finish(): Buffer[] {
    this.closeChunk()
    return this.chunks
  }

  toBuffer(): Buffer {
    const chunks = this.finish()
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
  }
}

/** Length in UTF-8, and proof that it fits the 32,767 bytes that Kafka's strings may have. */
export function utf8Length(text: string): number {
  const length = text.length <= 32 && isAscii(text) ? text.length : Buffer.byteLength(text, 'utf8')
  if (length > 0x7fff) throw new RangeError(`a string of ${length} bytes: at most 32767 can be encoded`)
  return length
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) >= 0x80) return false
  }
  return true
}
