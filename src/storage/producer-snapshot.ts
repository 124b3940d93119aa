// `NNN.snapshot`: what a log knows of its producers, up to (not including) the offset in the name. i16 version 1, u32
// CRC-32C of everything from byte 6 on, i32 count, then 46 bytes a producer: i64 producerId, i16 epoch, i32 lastSequence,
// i64 lastOffset, i32 offsetDelta, i64 timestamp, i32 coordinatorEpoch, i64 currentTxnFirstOffset (-1 none).

import { crc32c } from '../bytes/crc32c.ts'
import { ProducerEntry } from './producer-entry.ts'

const VERSION = 1
const HEADER_BYTES = 10
const CRC_FROM = 6
const ENTRY_BYTES = 46

export class CorruptSnapshotError extends Error {}

export function encodeProducerSnapshot(producers: ReadonlyMap<number, ProducerEntry>): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + producers.size * ENTRY_BYTES)
  bytes.writeInt16BE(VERSION, 0)
  bytes.writeInt32BE(producers.size, 6)
  let at = HEADER_BYTES
  for (const entry of producers.values()) {
    bytes.writeBigInt64BE(BigInt(entry.producerId), at)
    bytes.writeInt16BE(entry.epoch, at + 8)
    bytes.writeInt32BE(entry.lastSequence, at + 10)
    bytes.writeBigInt64BE(BigInt(entry.lastOffset), at + 14)
    bytes.writeInt32BE(entry.lastOffsetDelta, at + 22)
    bytes.writeBigInt64BE(BigInt(entry.lastTimestampMs), at + 26)
    bytes.writeInt32BE(entry.coordinatorEpoch, at + 34)
    bytes.writeBigInt64BE(BigInt(entry.currentTransactionFirstOffset), at + 38)
    at += ENTRY_BYTES
  }
  bytes.writeUInt32BE(crc32c(bytes, CRC_FROM), 2)
  return bytes
}

export function decodeProducerSnapshot(bytes: Buffer): ProducerEntry[] {
  if (bytes.length < HEADER_BYTES) throw new CorruptSnapshotError(`only ${bytes.length} bytes`)
  const version = bytes.readInt16BE(0)
  if (version !== VERSION) throw new CorruptSnapshotError(`unknown version ${version}`)
  if (bytes.readUInt32BE(2) !== crc32c(bytes, CRC_FROM)) throw new CorruptSnapshotError('its CRC is wrong')
  const count = bytes.readInt32BE(6)
  if (count < 0 || HEADER_BYTES + count * ENTRY_BYTES > bytes.length) {
    throw new CorruptSnapshotError(`${count} producers do not fit in ${bytes.length} bytes`)
  }
  const entries: ProducerEntry[] = []
  for (let index = 0; index < count; index++) entries.push(entryAt(bytes, HEADER_BYTES + index * ENTRY_BYTES))
  return entries
}

function entryAt(bytes: Buffer, at: number): ProducerEntry {
  const entry = new ProducerEntry(Number(bytes.readBigInt64BE(at)))
  const lastOffset = Number(bytes.readBigInt64BE(at + 14))
  const timestampMs = Number(bytes.readBigInt64BE(at + 26))
  entry.epoch = bytes.readInt16BE(at + 8)
  if (lastOffset >= 0) {
    entry.pushBatch(bytes.readInt32BE(at + 10), lastOffset, bytes.readInt32BE(at + 22), timestampMs)
  }
  entry.lastTimestampMs = timestampMs
  entry.coordinatorEpoch = bytes.readInt32BE(at + 34)
  entry.currentTransactionFirstOffset = Math.max(-1, Number(bytes.readBigInt64BE(at + 38)))
  return entry
}
