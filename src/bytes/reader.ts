// Reads Kafka's primitive encodings from one frame. Everything that comes from outside passes here first: no method
// reads past `limit`, and each refuses what it cannot represent with MalformedError.
import { INTERNED_BYTES_MAX, internedText, internedUuid } from './interned-text.ts'

/** The bytes are not what the format promises. The connection or file that sent them cannot be trusted any further. */
export class MalformedError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MalformedError'
  }
}

const TWO_TO_32 = 0x1_0000_0000
// High half of the largest safe integer: 2^53 - 1 is 0x001fffff_ffffffff.
const SAFE_HIGH_MAX = 0x1f_ffff
const SAFE_HIGH_MIN = -0x20_0000

const floatBytes = new DataView(new ArrayBuffer(8))

export class Reader {
  buffer: Buffer
  position: number
  limit: number

  constructor(buffer: Buffer, start = 0, end: number = buffer.length) {
    this.buffer = buffer
    this.position = start
    this.limit = end
  }

  get remaining(): number {
    return this.limit - this.position
  }

  /** Moves past `size` bytes and returns where they began. */
  advance(size: number): number {
    const start = this.position
    if (size < 0 || size > this.limit - start) this.underflow(size)
    this.position = start + size
    return start
  }

  skip(size: number): void {
    this.advance(size)
  }

  boolean(): boolean {
    return this.int8() !== 0
  }

  int8(): number {
    const at = this.advance(1)
    return (this.buffer[at] << 24) >> 24
  }

  uint8(): number {
    return this.buffer[this.advance(1)]
  }

  int16(): number {
    const at = this.advance(2)
    const { buffer } = this
    return (((buffer[at] << 8) | buffer[at + 1]) << 16) >> 16
  }

  uint16(): number {
    const at = this.advance(2)
    return (this.buffer[at] << 8) | this.buffer[at + 1]
  }

  int32(): number {
    const at = this.advance(4)
    const { buffer } = this
    return (buffer[at] << 24) | (buffer[at + 1] << 16) | (buffer[at + 2] << 8) | buffer[at + 3]
  }

  uint32(): number {
    return this.int32() >>> 0
  }

  int64(): number {
    const high = this.int32()
    const low = this.int32() >>> 0
    if (high > SAFE_HIGH_MAX || high < SAFE_HIGH_MIN || (high === SAFE_HIGH_MIN && low === 0)) {
      throw new MalformedError('int64 beyond +-(2^53 - 1)')
    }
    return high * TWO_TO_32 + low
  }

  int64Clamped(): number {
    const high = this.int32()
    const low = this.int32() >>> 0
    if (high > SAFE_HIGH_MAX) return Number.MAX_SAFE_INTEGER
    if (high < SAFE_HIGH_MIN || (high === SAFE_HIGH_MIN && low === 0)) return Number.MIN_SAFE_INTEGER
    return high * TWO_TO_32 + low
  }

  /** All 64 bits, as 16 hex digits: for hashes, which are compared and kept but never computed with. */
  int64Bits(): string {
    const at = this.advance(8)
    return this.buffer.toString('hex', at, at + 8)
  }

  float64(): number {
    const at = this.advance(8)
    for (let index = 0; index < 8; index++) floatBytes.setUint8(index, this.buffer[at + index])
    return floatBytes.getFloat64(0)
  }

  /** At most five bytes; 32 bits, read as unsigned. */
  unsignedVarint(): number {
    const { buffer, limit } = this
    let at = this.position
    if (at < limit) {
      const first = buffer[at]
      if (first < 0x80) {
        this.position = at + 1
        return first
      }
    }
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (at >= limit) this.underflow(1)
      const byte = buffer[at++]
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.position = at
        return value >>> 0
      }
    }
    throw new MalformedError('varint longer than 5 bytes')
  }

  /** Zig-zag. */
  varint(): number {
    const raw = this.unsignedVarint()
    return (raw >>> 1) ^ -(raw & 1)
  }

  /** Zig-zag, at most ten bytes. */
  varlong(): number {
    // The low 28 bits and the rest are gathered apart: together they do not fit the 32 bits of JavaScript's operators.
    let low = 0
    let high = 0
    for (let index = 0; index < 10; index++) {
      const byte = this.uint8()
      if (index < 4) low |= (byte & 0x7f) << (index * 7)
      else high += (byte & 0x7f) * 2 ** ((index - 4) * 7)
      if (byte < 0x80) return this.zigZagDecoded(low, high)
    }
    throw new MalformedError('varlong longer than 10 bytes')
  }

  private zigZagDecoded(low: number, high: number): number {
    // value = high * 2^28 + low, zig-zag: (value >>> 1) ^ -(value & 1).
    const half = high * 2 ** 27 + (low >>> 1)
    const value = low & 1 ? -half - 1 : half
    if (!Number.isSafeInteger(value) || high > Number.MAX_SAFE_INTEGER) {
      throw new MalformedError('varlong beyond +-(2^53 - 1)')
    }
    return value
  }

  /** Length of a compact string, bytes or array: one less than what is written, so -1 (or any negative) is null. */
  compactLength(): number {
    return ((this.unsignedVarint() | 0) - 1) | 0
  }

  /** 16 bytes as Kafka's text form: 22 characters of URL-safe base64. */
  uuid(): string {
    return internedUuid(this.buffer, this.advance(16))
  }

  string(length: number): string {
    const at = this.advance(length)
    if (length <= INTERNED_BYTES_MAX) return internedText(this.buffer, at, at + length)
    return this.buffer.toString('utf8', at, at + length)
  }

  /** A view into the frame: valid as long as the frame's memory is. */
  bytes(length: number): Buffer {
    const at = this.advance(length)
    return this.buffer.subarray(at, at + length)
  }

  private underflow(size: number): never {
    if (size < 0) throw new MalformedError(`negative length ${size}`)
    throw new MalformedError(`needs ${size} bytes, ${this.limit - this.position} left`)
  }
}
