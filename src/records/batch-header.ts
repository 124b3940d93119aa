// The header of a record batch, read and written where it lies: functions of (buffer, position), no objects, because the
// produce and fetch paths touch it for every batch. Layout of magic 2:
//
//    0 baseOffset i64            21 attributes i16 (0-2 codec, 3 LogAppendTime, 4 transactional, 5 control, 6 delete horizon)
//    8 batchLength i32           23 lastOffsetDelta i32      51 producerEpoch i16
//   12 partitionLeaderEpoch i32  27 baseTimestamp i64        53 baseSequence i32
//   16 magic i8                  35 maxTimestamp i64         57 recordCount i32
//   17 crc u32 (of 21..end)      43 producerId i64           61 records
//
// Magic 0 and 1 (only ever found in old data directories) share the first 12 bytes and the place of the magic; a batch is
// then one message, perhaps a compressed wrapper, whose offset is that of its last record.
//   12 crc u32 (of 16..end)  16 magic i8  17 attributes i8  18 timestamp i64 (magic 1)  then key, value

import { crc32c } from '../bytes/crc32c.ts'
import { legacyCrcIsValid, legacyTimestamp } from './legacy-message.ts'

/** Bytes before what batchLength counts: the base offset and the length itself. */
export const LOG_OVERHEAD_BYTES = 12
/** The whole header of a magic 2 batch. */
export const BATCH_HEADER_BYTES = 61
/** The least a batchLength can be: an empty message of magic 0. */
export const MIN_BATCH_LENGTH = 14
/** Enough of a header to know its size and magic. */
export const HEADER_BYTES_UP_TO_MAGIC = 17

export const CODEC_MASK = 0x07
export const LOG_APPEND_TIME_FLAG = 0x08
export const TRANSACTIONAL_FLAG = 0x10
export const CONTROL_FLAG = 0x20
export const DELETE_HORIZON_FLAG = 0x40

const KNOWN_FLAGS = 0x7f

export const NO_PRODUCER_ID = -1
export const NO_PRODUCER_EPOCH = -1
export const NO_SEQUENCE = -1
export const NO_TIMESTAMP = -1
export const NO_LEADER_EPOCH = -1

const CRC_AT = 17
const ATTRIBUTES_AT = 21
const TWO_TO_32 = 4294967296

function int64(b: Buffer, at: number): number {
  return b.readInt32BE(at) * TWO_TO_32 + b.readUInt32BE(at + 4)
}

function setInt64(b: Buffer, at: number, value: number): void {
  const high = Math.floor(value / TWO_TO_32)
  b.writeInt32BE(high, at)
  b.writeUInt32BE(value - high * TWO_TO_32, at + 4)
}

export function baseOffset(b: Buffer, p: number): number {
  return int64(b, p)
}

/** The whole batch in bytes, with the 12 that its own length field does not count. */
export function batchSizeBytes(b: Buffer, p: number): number {
  return b.readInt32BE(p + 8) + LOG_OVERHEAD_BYTES
}

export function magic(b: Buffer, p: number): number {
  return b.readInt8(p + 16)
}

/** Legacy messages carry none: -1. */
export function partitionLeaderEpoch(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? b.readInt32BE(p + 12) : NO_LEADER_EPOCH
}

export function storedCrc(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? b.readUInt32BE(p + CRC_AT) : b.readUInt32BE(p + 12)
}

/** Only the low byte means anything, in every magic. */
export function attributes(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? b.readUInt8(p + ATTRIBUTES_AT + 1) : b.readUInt8(p + 17)
}

export function codec(b: Buffer, p: number): number {
  return attributes(b, p) & CODEC_MASK
}

export function timestampType(b: Buffer, p: number): 'CreateTime' | 'LogAppendTime' {
  return (attributes(b, p) & LOG_APPEND_TIME_FLAG) === 0 ? 'CreateTime' : 'LogAppendTime'
}

export function isTransactional(b: Buffer, p: number): boolean {
  return magic(b, p) >= 2 && (attributes(b, p) & TRANSACTIONAL_FLAG) !== 0
}

export function isControl(b: Buffer, p: number): boolean {
  return magic(b, p) >= 2 && (attributes(b, p) & CONTROL_FLAG) !== 0
}

export function hasDeleteHorizon(b: Buffer, p: number): boolean {
  return magic(b, p) >= 2 && (attributes(b, p) & DELETE_HORIZON_FLAG) !== 0
}

export function lastOffsetDelta(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? b.readInt32BE(p + 23) : 0
}

export function lastOffset(b: Buffer, p: number): number {
  return int64(b, p) + lastOffsetDelta(b, p)
}

export function baseTimestamp(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? int64(b, p + 27) : legacyTimestamp(b, p)
}

export function maxTimestamp(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? int64(b, p + 35) : legacyTimestamp(b, p)
}

export function producerId(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? int64(b, p + 43) : NO_PRODUCER_ID
}

export function producerEpoch(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? b.readInt16BE(p + 51) : NO_PRODUCER_EPOCH
}

export function baseSequence(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? b.readInt32BE(p + 53) : NO_SEQUENCE
}

export function lastSequence(b: Buffer, p: number): number {
  const first = baseSequence(b, p)
  return first === NO_SEQUENCE ? NO_SEQUENCE : incrementSequence(first, lastOffsetDelta(b, p))
}

/** May be 0 in a compacted log: the empty batch keeps its producer's last sequence. A legacy wrapper does not say: -1. */
export function recordCount(b: Buffer, p: number): number {
  return magic(b, p) >= 2 ? b.readInt32BE(p + 57) : -1
}

/** Sequences run from 0 to 2^31-1 and start again at 0. */
export function incrementSequence(sequence: number, by: number): number {
  const sum = sequence + by
  return sum > 0x7fffffff ? sum - 0x80000000 : sum
}

export function decrementSequence(sequence: number, by: number): number {
  return sequence < by ? 0x80000000 - (by - sequence) : sequence - by
}

/** The caller has made sure that the whole batch is in the buffer. */
export function crcIsValid(b: Buffer, p: number): boolean {
  const size = batchSizeBytes(b, p)
  if (magic(b, p) < 2) return legacyCrcIsValid(b, p, size)
  return size >= BATCH_HEADER_BYTES && b.readUInt32BE(p + CRC_AT) === crc32c(b, p + ATTRIBUTES_AT, p + size)
}

/** Outside the checksum. */
export function setBaseOffset(b: Buffer, p: number, offset: number): void {
  setInt64(b, p, offset)
}

/** Outside the checksum, so that a leader stamps a batch without reading it again. */
export function setPartitionLeaderEpoch(b: Buffer, p: number, epoch: number): void {
  b.writeInt32BE(epoch, p + 12)
}

/**
 * Sets the timestamp type and the maximum; the checksum is computed again only when either changed. Unknown flags go with
 * a change, as in Apache Kafka.
 */
export function setMaxTimestamp(b: Buffer, p: number, isLogAppendTime: boolean, timestampMs: number): void {
  const before = b.readUInt8(p + ATTRIBUTES_AT + 1)
  const after = isLogAppendTime ? before | LOG_APPEND_TIME_FLAG : before & ~LOG_APPEND_TIME_FLAG
  if (before === after && maxTimestamp(b, p) === timestampMs) return
  b.writeInt16BE(after & KNOWN_FLAGS, p + ATTRIBUTES_AT)
  setInt64(b, p + 35, timestampMs)
  updateCrc(b, p)
}

export function updateCrc(b: Buffer, p: number): void {
  b.writeUInt32BE(crc32c(b, p + ATTRIBUTES_AT, p + batchSizeBytes(b, p)), p + CRC_AT)
}

export interface BatchHeaderInit {
  batchLength: number
  baseOffset: number
  partitionLeaderEpoch: number
  attributes: number
  lastOffsetDelta: number
  baseTimestamp: number
  maxTimestamp: number
  producerId: number
  producerEpoch: number
  baseSequence: number
  recordCount: number
}

/** Writes a whole magic 2 header except its checksum: the records must be there before `updateCrc`. */
export function writeBatchHeader(b: Buffer, p: number, header: BatchHeaderInit): void {
  setInt64(b, p, header.baseOffset)
  b.writeInt32BE(header.batchLength, p + 8)
  b.writeInt32BE(header.partitionLeaderEpoch, p + 12)
  b.writeInt8(2, p + 16)
  b.writeInt16BE(header.attributes, p + ATTRIBUTES_AT)
  b.writeInt32BE(header.lastOffsetDelta, p + 23)
  setInt64(b, p + 27, header.baseTimestamp)
  setInt64(b, p + 35, header.maxTimestamp)
  setInt64(b, p + 43, header.producerId)
  b.writeInt16BE(header.producerEpoch, p + 51)
  b.writeInt32BE(header.baseSequence, p + 53)
  b.writeInt32BE(header.recordCount, p + 57)
}
