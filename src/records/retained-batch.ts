// What compaction leaves of a batch: the records that stay, under the same base offset, last offset and producer fields, so
// that offsets are never used again and the producer's last sequence is known; or, without any record, the header alone.

import { compressAsync } from '../bytes/compression.ts'
import {
  attributes,
  BATCH_HEADER_BYTES,
  baseOffset,
  baseSequence,
  CODEC_MASK,
  CONTROL_FLAG,
  codec,
  DELETE_HORIZON_FLAG,
  LOG_APPEND_TIME_FLAG,
  LOG_OVERHEAD_BYTES,
  lastOffset,
  magic,
  maxTimestamp,
  NO_TIMESTAMP,
  partitionLeaderEpoch,
  producerEpoch,
  producerId,
  TRANSACTIONAL_FLAG,
  updateCrc,
  writeBatchHeader
} from './batch-header.ts'
import type { StoredRecord } from './stored-records.ts'
import { sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from './varint.ts'

const KEPT_FLAGS = LOG_APPEND_TIME_FLAG | TRANSACTIONAL_FLAG | CONTROL_FLAG

interface HeaderChange {
  attributes: number
  firstOffset: number
  lastOffset: number
  baseTimestampMs: number
  maxTimestampMs: number
  recordCount: number
}

/** The header of a batch that lost all its records. */
export function emptiedBatch(buffer: Buffer, position: number): Buffer {
  const last = lastOffset(buffer, position)
  return assemble(buffer, position, Buffer.alloc(0), {
    attributes: keptAttributes(buffer, position),
    firstOffset: magic(buffer, position) < 2 ? last : baseOffset(buffer, position),
    lastOffset: last,
    baseTimestampMs: NO_TIMESTAMP,
    maxTimestampMs: maxTimestamp(buffer, position),
    recordCount: 0
  })
}

/**
 * The batch with only these of its records, in its own codec. A delete horizon (from when on tombstones and markers may
 * go) takes the place of the base timestamp, and a flag says so.
 */
export async function retainedBatch(
  buffer: Buffer,
  position: number,
  records: readonly StoredRecord[],
  deleteHorizonMs: number | undefined
): Promise<Buffer> {
  const isLegacy = magic(buffer, position) < 2
  const codecId = codec(buffer, position)
  const kept = keptAttributes(buffer, position)
  const firstOffset = isLegacy ? records[0].offset : baseOffset(buffer, position)
  const baseTimestampMs = deleteHorizonMs ?? records[0].timestampMs
  let maxTimestampMs = NO_TIMESTAMP
  for (const record of records) maxTimestampMs = Math.max(maxTimestampMs, record.timestampMs)
  const change: HeaderChange = {
    attributes: kept | codecId | (deleteHorizonMs === undefined ? 0 : DELETE_HORIZON_FLAG),
    firstOffset,
    lastOffset: isLegacy ? records[records.length - 1].offset : lastOffset(buffer, position),
    baseTimestampMs,
    maxTimestampMs: (kept & LOG_APPEND_TIME_FLAG) === 0 ? maxTimestampMs : maxTimestamp(buffer, position),
    recordCount: records.length
  }
  const body = encode(records, firstOffset, baseTimestampMs)
  return assemble(buffer, position, codecId === 0 ? body : await compressAsync(codecId, body), change)
}

function keptAttributes(buffer: Buffer, position: number): number {
  return attributes(buffer, position) & KEPT_FLAGS & (magic(buffer, position) < 2 ? ~CODEC_MASK & 0x0f : 0xff)
}

function assemble(buffer: Buffer, position: number, body: Buffer, change: HeaderChange): Buffer {
  const batch = Buffer.allocUnsafe(BATCH_HEADER_BYTES + body.length)
  body.copy(batch, BATCH_HEADER_BYTES)
  writeBatchHeader(batch, 0, {
    batchLength: batch.length - LOG_OVERHEAD_BYTES,
    baseOffset: change.firstOffset,
    partitionLeaderEpoch: partitionLeaderEpoch(buffer, position),
    attributes: change.attributes,
    lastOffsetDelta: change.lastOffset - change.firstOffset,
    baseTimestamp: change.baseTimestampMs,
    maxTimestamp: change.maxTimestampMs,
    producerId: producerId(buffer, position),
    producerEpoch: producerEpoch(buffer, position),
    baseSequence: baseSequence(buffer, position),
    recordCount: change.recordCount
  })
  updateCrc(batch, 0)
  return batch
}

function encode(records: readonly StoredRecord[], firstOffset: number, baseTimestampMs: number): Buffer {
  const sizes = records.map(
    ({ offset, timestampMs, fields }) =>
      1 + sizeOfVarlong(timestampMs - baseTimestampMs) + sizeOfVarint(offset - firstOffset) + fields.length
  )
  const total = sizes.reduce((sum, size) => sum + sizeOfVarint(size) + size, 0)
  const out = Buffer.allocUnsafe(total)
  let at = 0
  records.forEach(({ offset, timestampMs, fields }, index) => {
    at = writeVarint(out, at, sizes[index])
    out[at++] = 0 // record attributes: none are defined
    at = writeVarlong(out, at, timestampMs - baseTimestampMs)
    at = writeVarint(out, at, offset - firstOffset)
    at += fields.copy(out, at)
  })
  return out
}
