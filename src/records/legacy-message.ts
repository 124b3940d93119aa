// Messages of magic 0 and 1, as they lie in data directories from before 2017. They are only read: a produce request
// that carries them is refused (KIP-724), as Apache Kafka 4 does.
//
//    0 offset i64   8 size i32   12 crc u32 (CRC-32 of 16..end)   16 magic i8   17 attributes i8 (0-2 codec, 3 LogAppendTime)
//   18 timestamp i64, magic 1 only   then keyLength i32 (-1 null) key, valueLength i32 (-1 null) value
//
// A compressed message is a wrapper: its value holds messages of the same layout, its own offset is that of the last
// one. Inner offsets are absolute in magic 0 and count from 0 in magic 1 (KIP-31).

import crc32Package from 'crc-32'
import { decompress } from '../bytes/compression.ts'
import { KafkaError } from '../error-codes.ts'
import type { RecordView } from './record-view.ts'

const HEADER_BYTES = 12
const NO_TIMESTAMP = -1

export function legacyTimestamp(b: Buffer, p: number): number {
  return b.readInt8(p + 16) === 0 ? NO_TIMESTAMP : Number(b.readBigInt64BE(p + 18))
}

export function legacyCrcIsValid(b: Buffer, p: number, sizeBytes: number): boolean {
  const least = b.readInt8(p + 16) === 0 ? 14 : 22
  if (sizeBytes - HEADER_BYTES < least) return false
  return b.readUInt32BE(p + 12) === crc32Package.buf(b.subarray(p + 16, p + sizeBytes)) >>> 0
}

/** The records of one message: itself, or what its compressed value wraps. */
export function* legacyRecords(b: Buffer, p: number): Generator<RecordView> {
  const codec = b.readUInt8(p + 17) & 0x07
  const outer = messageAt(b, p)
  if (codec === 0) {
    yield outer
    return
  }
  if (outer.value === null) throw corrupt('a compressed message without a value')
  const magic = b.readInt8(p + 16)
  const isLogAppendTime = magic === 1 && (b.readUInt8(p + 17) & 0x08) !== 0
  const inner = decompress(codec, outer.value, undefined, { ignoreHeaderChecksum: magic === 0 })
  const messages: RecordView[] = []
  for (let at = 0; at < inner.length; ) {
    if (inner.length - at < HEADER_BYTES) throw corrupt('a torn message inside a compressed one')
    const size = inner.readInt32BE(at + 8)
    if (size < 14 || at + HEADER_BYTES + size > inner.length) throw corrupt(`an inner message of ${size} bytes`)
    messages.push(messageAt(inner, at))
    at += HEADER_BYTES + size
  }
  const shift = magic === 1 && messages.length > 0 ? outer.offset - messages[messages.length - 1].offset : 0
  for (const message of messages) {
    const timestampMs = isLogAppendTime ? outer.timestampMs : message.timestampMs
    yield { ...message, offset: message.offset + shift, timestampMs }
  }
}

function messageAt(b: Buffer, p: number): RecordView {
  const end = p + HEADER_BYTES + b.readInt32BE(p + 8)
  let at = p + (b.readInt8(p + 16) === 0 ? 18 : 26)
  const field = (): Buffer | null => {
    if (at + 4 > end) throw corrupt('a message that ends inside a length')
    const length = b.readInt32BE(at)
    at += 4
    if (length < 0) return null
    if (at + length > end) throw corrupt(`a field of ${length} bytes that ends outside its message`)
    at += length
    return b.subarray(at - length, at)
  }
  const key = field()
  const value = field()
  return { offset: Number(b.readBigInt64BE(p)), timestampMs: legacyTimestamp(b, p), key, value, headers: [] }
}

function corrupt(what: string): KafkaError {
  return new KafkaError('CORRUPT_MESSAGE', `Found ${what} in a message of the old format`)
}
