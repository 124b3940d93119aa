// Builds a magic 2 batch from records: for coordinators, the metadata log, the client and tests. Not the produce path,
// which keeps the client's own bytes.

import { compress, compressAsync } from '../bytes/compression.ts'
import {
  BATCH_HEADER_BYTES,
  type BatchHeaderInit,
  CONTROL_FLAG,
  LOG_APPEND_TIME_FLAG,
  LOG_OVERHEAD_BYTES,
  NO_LEADER_EPOCH,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  NO_TIMESTAMP,
  TRANSACTIONAL_FLAG,
  updateCrc,
  writeBatchHeader
} from './batch-header.ts'
import { sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from './varint.ts'

export interface RecordInit {
  key?: Buffer | null
  value: Buffer | null
  headers?: readonly { key: string; value: Buffer | null }[]
  /** The batch's own when absent. */
  timestampMs?: number
  /** The record's place in the batch when absent. */
  offsetDelta?: number
}

export interface BatchInit {
  records: readonly RecordInit[]
  baseOffset?: number
  /** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
  codec?: number
  compressionLevel?: number
  producerId?: number
  producerEpoch?: number
  baseSequence?: number
  transactional?: boolean
  control?: boolean
  timestampType?: 'CreateTime' | 'LogAppendTime'
  partitionLeaderEpoch?: number
  /** For records without their own. None (-1) when absent. */
  timestampMs?: number
}

export function buildBatch(init: BatchInit): Buffer {
  const codec = init.codec ?? 0
  const body = encodeRecords(init)
  return assemble(init, codec === 0 ? body : compress(codec, body, init.compressionLevel))
}

/** As buildBatch, with the compression off the event loop where the codec's library can. */
export async function buildBatchAsync(init: BatchInit): Promise<Buffer> {
  const codec = init.codec ?? 0
  const body = encodeRecords(init)
  return assemble(init, codec === 0 ? body : await compressAsync(codec, body, init.compressionLevel))
}

function timestampOf(record: RecordInit, init: BatchInit): number {
  return record.timestampMs ?? init.timestampMs ?? NO_TIMESTAMP
}

function baseTimestampOf(init: BatchInit): number {
  return init.records.length === 0 ? (init.timestampMs ?? NO_TIMESTAMP) : timestampOf(init.records[0], init)
}

function assemble(init: BatchInit, body: Buffer): Buffer {
  const { records } = init
  const batch = Buffer.allocUnsafe(BATCH_HEADER_BYTES + body.length)
  body.copy(batch, BATCH_HEADER_BYTES)
  let maxTimestamp = NO_TIMESTAMP
  for (const record of records) maxTimestamp = Math.max(maxTimestamp, timestampOf(record, init))
  const last = records.length - 1
  writeBatchHeader(batch, 0, {
    batchLength: batch.length - LOG_OVERHEAD_BYTES,
    baseOffset: init.baseOffset ?? 0,
    partitionLeaderEpoch: init.partitionLeaderEpoch ?? NO_LEADER_EPOCH,
    attributes: attributesOf(init),
    lastOffsetDelta: last < 0 ? 0 : (records[last].offsetDelta ?? last),
    baseTimestamp: baseTimestampOf(init),
    maxTimestamp,
    producerId: init.producerId ?? NO_PRODUCER_ID,
    producerEpoch: init.producerEpoch ?? NO_PRODUCER_EPOCH,
    baseSequence: init.baseSequence ?? NO_SEQUENCE,
    recordCount: records.length
  } satisfies BatchHeaderInit)
  updateCrc(batch, 0)
  return batch
}

function attributesOf(init: BatchInit): number {
  return (
    (init.codec ?? 0) |
    (init.timestampType === 'LogAppendTime' ? LOG_APPEND_TIME_FLAG : 0) |
    (init.transactional ? TRANSACTIONAL_FLAG : 0) |
    (init.control ? CONTROL_FLAG : 0)
  )
}

function encodeRecords(init: BatchInit): Buffer {
  const base = baseTimestampOf(init)
  const sizes = init.records.map((record, index) =>
    bodySize(record, timestampOf(record, init) - base, record.offsetDelta ?? index)
  )
  const total = sizes.reduce((sum, size) => sum + sizeOfVarint(size) + size, 0)
  const out = Buffer.allocUnsafe(total)
  let at = 0
  init.records.forEach((record, index) => {
    at = writeVarint(out, at, sizes[index])
    at = writeBody(out, at, record, timestampOf(record, init) - base, record.offsetDelta ?? index)
  })
  return out
}

function bodySize(record: RecordInit, timestampDelta: number, offsetDelta: number): number {
  let size = 1 + sizeOfVarlong(timestampDelta) + sizeOfVarint(offsetDelta)
  size += sizeOfField(record.key ?? null) + sizeOfField(record.value)
  const headers = record.headers ?? []
  size += sizeOfVarint(headers.length)
  for (const header of headers) {
    const keyLength = Buffer.byteLength(header.key)
    size += sizeOfVarint(keyLength) + keyLength + sizeOfField(header.value)
  }
  return size
}

function sizeOfField(field: Buffer | null): number {
  return field === null ? 1 : sizeOfVarint(field.length) + field.length
}

function writeBody(
  out: Buffer,
  start: number,
  record: RecordInit,
  timestampDelta: number,
  offsetDelta: number
): number {
  let at = start
  out[at++] = 0 // record attributes: none are defined
  at = writeVarlong(out, at, timestampDelta)
  at = writeVarint(out, at, offsetDelta)
  at = writeField(out, at, record.key ?? null)
  at = writeField(out, at, record.value)
  const headers = record.headers ?? []
  at = writeVarint(out, at, headers.length)
  for (const header of headers) {
    at = writeField(out, at, Buffer.from(header.key))
    at = writeField(out, at, header.value)
  }
  return at
}

function writeField(out: Buffer, start: number, field: Buffer | null): number {
  if (field === null) return writeVarint(out, start, -1)
  const at = writeVarint(out, start, field.length)
  field.copy(out, at)
  return at + field.length
}
