// The records of a stored batch as compaction sees them: only offset, time, key and whether there is a value are read; key,
// value and headers stay the bytes they are, so that what is kept is kept exactly.

import { KafkaError } from '../error-codes.ts'
import {
  BATCH_HEADER_BYTES,
  baseOffset,
  baseTimestamp,
  batchSizeBytes,
  magic,
  maxTimestamp,
  recordCount,
  timestampType
} from './batch-header.ts'
import { legacyRecords } from './legacy-message.ts'
import { cursor, readVarint, readVarlong, sizeOfVarint, writeVarint } from './varint.ts'

/** Views of the batch's records: copy what outlives them. */
export interface StoredRecord {
  offset: number
  timestampMs: number
  key: Buffer | null
  hasValue: boolean
  /** Everything after the offset delta, as it lies in a batch of magic 2: key, value, headers. */
  fields: Buffer
}

/** The records of a magic 2 batch as they were before compression. */
export function storedBody(buffer: Buffer, position: number): Buffer {
  return buffer.subarray(position + BATCH_HEADER_BYTES, position + batchSizeBytes(buffer, position))
}

/** `body`: the decompressed records. Legacy messages come as magic 2 would have them. */
export function* storedRecords(buffer: Buffer, position: number, body: Buffer): Generator<StoredRecord> {
  if (magic(buffer, position) < 2) {
    for (const record of legacyRecords(buffer, position)) {
      const { offset, timestampMs, key, value } = record
      yield { offset, timestampMs, key, hasValue: value !== null, fields: legacyFields(key, value) }
    }
    return
  }
  const count = recordCount(buffer, position)
  const firstOffset = baseOffset(buffer, position)
  const baseTimestampMs = baseTimestamp(buffer, position)
  const isAppendTime = timestampType(buffer, position) === 'LogAppendTime'
  const appendTimeMs = isAppendTime ? maxTimestamp(buffer, position) : undefined
  let at = 0
  for (let index = 0; index < count; index++) {
    const size = readVarint(body, at, body.length)
    const end = cursor.position + size
    if (size < 0 || end > body.length) throw wrongSize(size)
    const timestampDelta = readVarlong(body, cursor.position + 1, end) // after the unused attributes
    const offsetDelta = readVarint(body, cursor.position, end)
    const fields = body.subarray(cursor.position, end)
    const keyLength = readVarint(body, cursor.position, end)
    const keyStart = cursor.position
    const keyEnd = keyStart + Math.max(0, keyLength)
    const valueLength = readVarint(body, keyEnd, end)
    if (cursor.position + Math.max(0, valueLength) > end) throw wrongSize(size)
    at = end
    yield {
      offset: firstOffset + offsetDelta,
      timestampMs: appendTimeMs ?? baseTimestampMs + timestampDelta,
      key: keyLength < 0 ? null : body.subarray(keyStart, keyEnd),
      hasValue: valueLength >= 0,
      fields
    }
  }
}

function legacyFields(key: Buffer | null, value: Buffer | null): Buffer {
  const fields = Buffer.allocUnsafe(sizeOf(key) + sizeOf(value) + 1)
  const at = writeField(fields, writeField(fields, 0, key), value)
  fields[at] = 0 // no headers
  return fields
}

function sizeOf(field: Buffer | null): number {
  return field === null ? 1 : sizeOfVarint(field.length) + field.length
}

function writeField(out: Buffer, start: number, field: Buffer | null): number {
  const at = writeVarint(out, start, field === null ? -1 : field.length)
  return field === null ? at : at + field.copy(out, at)
}

function wrongSize(size: number): KafkaError {
  return new KafkaError('INVALID_RECORD', `A record of ${size} bytes does not fit its batch`)
}
