// Walking batches and their records, for everyone who reads a log: coordinators' replay, the metadata log, dump-log, the
// client. Records of compressed batches are decompressed as a whole.

import { decompress } from '../bytes/compression.ts'
import { KafkaError } from '../error-codes.ts'
import {
  BATCH_HEADER_BYTES,
  baseOffset,
  baseTimestamp,
  batchSizeBytes,
  codec,
  HEADER_BYTES_UP_TO_MAGIC,
  LOG_OVERHEAD_BYTES,
  MIN_BATCH_LENGTH,
  magic,
  maxTimestamp,
  recordCount,
  timestampType
} from './batch-header.ts'
import { legacyRecords } from './legacy-message.ts'
import type { RecordHeader, RecordView } from './record-view.ts'
import { cursor, readVarint, readVarlong } from './varint.ts'

/**
 * The positions of the complete batches in a buffer; a torn one at the end is left out, as a fetch response may hold it.
 * A length or magic that no batch can have is CORRUPT_MESSAGE.
 */
export function* batches(buffer: Buffer): Generator<number> {
  for (let position = 0; ; ) {
    const size = nextBatchSize(buffer, position)
    if (size === 0) return
    yield position
    position += size
  }
}

/** The size of the batch at `position`, or 0 when it is not all there. Throws CORRUPT_MESSAGE as `batches` does. */
export function nextBatchSize(buffer: Buffer, position: number): number {
  const remaining = buffer.length - position
  if (remaining < LOG_OVERHEAD_BYTES) return 0
  const length = buffer.readInt32BE(position + 8)
  if (length < MIN_BATCH_LENGTH) {
    throw new KafkaError(
      'CORRUPT_MESSAGE',
      `Record size ${length} is less than the minimum record overhead (${MIN_BATCH_LENGTH})`
    )
  }
  if (remaining < HEADER_BYTES_UP_TO_MAGIC) return 0
  const version = magic(buffer, position)
  if (version < 0 || version > 2) throw new KafkaError('CORRUPT_MESSAGE', `Invalid magic found in record: ${version}`)
  return remaining < length + LOG_OVERHEAD_BYTES ? 0 : length + LOG_OVERHEAD_BYTES
}

/** The records of one batch, decompressed. Malformed bytes are INVALID_RECORD or MalformedError. */
export function* recordsOf(buffer: Buffer, batchPosition = 0): Generator<RecordView> {
  if (magic(buffer, batchPosition) < 2) {
    yield* legacyRecords(buffer, batchPosition)
    return
  }
  const end = batchPosition + batchSizeBytes(buffer, batchPosition)
  const codecId = codec(buffer, batchPosition)
  let source = buffer
  let at = batchPosition + BATCH_HEADER_BYTES
  let limit = end
  if (codecId !== 0) {
    source = decompress(codecId, buffer.subarray(at, end))
    at = 0
    limit = source.length
  }
  const count = recordCount(buffer, batchPosition)
  const offset = baseOffset(buffer, batchPosition)
  const timestampMs = baseTimestamp(buffer, batchPosition)
  const appendTimeMs =
    timestampType(buffer, batchPosition) === 'LogAppendTime' ? maxTimestamp(buffer, batchPosition) : undefined
  for (let index = 0; index < count; index++) {
    const record = recordAt(source, at, limit, offset, timestampMs)
    if (appendTimeMs !== undefined) record.timestampMs = appendTimeMs
    at = cursor.position
    yield record
  }
}

/** Every record of every complete batch in a buffer. */
export function* allRecords(buffer: Buffer): Generator<RecordView> {
  for (const position of batches(buffer)) yield* recordsOf(buffer, position)
}

/** Reads one record; `cursor.position` is then where the next one starts. */
function recordAt(b: Buffer, start: number, end: number, baseOffset: number, baseTimestampMs: number): RecordView {
  const size = readVarint(b, start, end)
  const bodyEnd = cursor.position + size
  if (size < 0 || bodyEnd > end) {
    throw new KafkaError('INVALID_RECORD', `Invalid record size: expected ${size} bytes, only ${end - start} remain`)
  }
  const timestampDelta = readVarlong(b, cursor.position + 1, bodyEnd) // after the unused attributes
  const offsetDelta = readVarint(b, cursor.position, bodyEnd)
  const key = field(b, bodyEnd)
  const value = field(b, bodyEnd)
  const headerCount = readVarint(b, cursor.position, bodyEnd)
  if (headerCount < 0 || headerCount > bodyEnd - cursor.position) {
    throw new KafkaError('INVALID_RECORD', `Found invalid number of record headers ${headerCount}`)
  }
  const headers: RecordHeader[] = []
  for (let index = 0; index < headerCount; index++) {
    const headerKey = field(b, bodyEnd)
    if (headerKey === null) throw new KafkaError('INVALID_RECORD', 'Invalid negative header key size -1')
    headers.push({ key: headerKey.toString(), value: field(b, bodyEnd) })
  }
  if (cursor.position !== bodyEnd) {
    throw new KafkaError('INVALID_RECORD', `Invalid record size: expected to read ${size} bytes in record payload`)
  }
  return { offset: baseOffset + offsetDelta, timestampMs: baseTimestampMs + timestampDelta, key, value, headers }
}

function field(b: Buffer, end: number): Buffer | null {
  const length = readVarint(b, cursor.position, end)
  if (length < 0) return null
  const start = cursor.position
  if (start + length > end) throw new KafkaError('INVALID_RECORD', `A field of ${length} bytes ends outside its record`)
  cursor.position = start + length
  return b.subarray(start, start + length)
}
