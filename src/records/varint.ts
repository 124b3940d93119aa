// Zig-zag varints as records use them, read straight from a buffer without allocating: the value is returned, the position
// after it is left in `cursor.position`.

import { KafkaError } from '../error-codes.ts'

/** Where the last read ended. One per process: reads are synchronous and never nest. */
export const cursor = { position: 0 }

/** Not a KafkaError: Apache Kafka answers an over-long varint with different errors in different places. */
export class VarintTooLongError extends Error {
  /** Where the varint begins. */
  readonly at: number
  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

/**
 * A 32-bit zig-zag varint. Past `end` it is INVALID_RECORD: the batch ends inside a record. One and two bytes, which is
 * nearly all there are, come first and small, so that the call is inlined.
 */
export function readVarint(b: Buffer, at: number, end: number): number {
  if (at + 1 < end) {
    const first = b[at]
    if (first < 0x80) {
      cursor.position = at + 1
      return (first >>> 1) ^ -(first & 1)
    }
    const second = b[at + 1]
    if (second < 0x80) {
      cursor.position = at + 2
      return (((first & 0x7f) | (second << 7)) >>> 1) ^ -(first & 1)
    }
  }
  return readLongVarint(b, at, end)
}

function readLongVarint(b: Buffer, at: number, end: number): number {
  let raw = 0
  let position = at
  for (let shift = 0; shift < 35; shift += 7) {
    if (position >= end) throw prematureEnd()
    const byte = b[position++]
    raw |= (byte & 0x7f) << shift
    if (byte < 0x80) {
      cursor.position = position
      return (raw >>> 1) ^ -(raw & 1)
    }
  }
  throw new VarintTooLongError(at, 'Varint is too long, the most significant bit in the 5th byte is set')
}

/** A 64-bit zig-zag varint. Exact to 2^53; beyond, the nearest double: good enough to see that it is out of range. */
export function readVarlong(b: Buffer, at: number, end: number): number {
  if (at + 1 < end && (b[at] < 0x80 || b[at + 1] < 0x80)) return readVarint(b, at, end)
  return readLongVarlong(b, at, end)
}

function readLongVarlong(b: Buffer, at: number, end: number): number {
  let low = 0
  let high = 0
  let position = at
  for (let count = 0; count < 10; count++) {
    if (position >= end) throw prematureEnd()
    const byte = b[position++]
    const bits = byte & 0x7f
    if (count < 4) low += bits * 2 ** (7 * count)
    else if (count === 4) {
      low += (bits & 0x0f) * 2 ** 28
      high = bits >>> 4
    } else high += bits * 2 ** (7 * count - 32)
    if (byte < 0x80) {
      cursor.position = position
      high = high % 4294967296
      const isNegative = (low & 1) === 1
      const magnitude = high * 2147483648 + Math.floor(low / 2)
      return isNegative ? -magnitude - 1 : magnitude
    }
  }
  throw new VarintTooLongError(at, 'Varlong is too long, most significant bit in the 10th byte is set')
}

export function sizeOfVarint(value: number): number {
  let raw = ((value << 1) ^ (value >> 31)) >>> 0
  let size = 1
  while (raw >= 0x80) {
    raw >>>= 7
    size++
  }
  return size
}

export function sizeOfVarlong(value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return sizeOfVarint(value)
  let raw = zigZag(value)
  let size = 1
  while (raw >= 128n) {
    raw >>= 7n
    size++
  }
  return size
}

/** Returns the position after the value. */
export function writeVarint(b: Buffer, at: number, value: number): number {
  let raw = ((value << 1) ^ (value >> 31)) >>> 0
  let position = at
  while (raw >= 0x80) {
    b[position++] = (raw & 0x7f) | 0x80
    raw >>>= 7
  }
  b[position++] = raw
  return position
}

/** Returns the position after the value. */
export function writeVarlong(b: Buffer, at: number, value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return writeVarint(b, at, value)
  let raw = zigZag(value)
  let position = at
  while (raw >= 128n) {
    b[position++] = Number(raw & 0x7fn) | 0x80
    raw >>= 7n
  }
  b[position++] = Number(raw)
  return position
}

function zigZag(value: number): bigint {
  const big = BigInt(value)
  return BigInt.asUintN(64, (big << 1n) ^ (big >> 63n))
}

function prematureEnd(): KafkaError {
  return new KafkaError('INVALID_RECORD', 'Incorrect declared batch size, premature EOF reached')
}
