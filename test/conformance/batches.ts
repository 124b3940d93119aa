// Record batches as a client sends them, and the ways to break one.
// Layout of a v2 batch: base offset 0, length 8, leader epoch 12, magic 16, CRC 17, attributes 21, last offset delta 23,
// base timestamp 27, max timestamp 35, producer id 43, producer epoch 51, base sequence 53, record count 57, records 61.
import { crc32c } from '../../src/bytes/crc32c.ts'
import { type BatchInit, buildBatch } from '../../src/records/build-batch.ts'
import { batches, recordsOf } from '../../src/records/iterate.ts'

export const batchField = {
  baseOffset: 0,
  batchLength: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61
} as const

export const codecs = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const

export interface TextRecord {
  key?: string | null
  value: string | null
  timestampMs?: number
  headers?: Record<string, string | null>
}

const bytesOf = (text: string | null | undefined) => (text === null || text === undefined ? null : Buffer.from(text))

/** A batch of these values (or records), stamped with the present time unless told otherwise. */
export function batchOf(records: readonly (string | TextRecord)[], options: Omit<BatchInit, 'records'> = {}): Buffer {
  const inits = records.map((record) => (typeof record === 'string' ? { value: record } : record))
  return buildBatch({
    timestampMs: Date.now(),
    ...options,
    records: inits.map(({ key, value, timestampMs, headers = {} }: TextRecord) => ({
      key: bytesOf(key),
      value: bytesOf(value),
      timestampMs,
      headers: Object.entries(headers).map(([name, header]) => ({ key: name, value: bytesOf(header) }))
    }))
  })
}

/** An idempotent producer's batch. */
export function sequenced(
  producer: { producerId: number; producerEpoch: number },
  baseSequence: number,
  values: readonly string[]
): Buffer {
  return batchOf(values, { ...producer, baseSequence })
}

/** A copy with the change applied; its CRC is made right again unless `keepCrc`. */
export function changed(batch: Buffer, change: (copy: Buffer) => void, options: { keepCrc?: boolean } = {}): Buffer {
  const copy = Buffer.from(batch)
  change(copy)
  if (!options.keepCrc) copy.writeUInt32BE(crc32c(copy, batchField.attributes), batchField.crc)
  return copy
}

/** One message of format v0 or v1 (8 bytes offset, 4 size, 4 CRC-32, magic, attributes, [timestamp], key, value). */
export function legacyMessage(magic: 0 | 1, value: string): Buffer {
  const timestamp = Buffer.alloc(magic === 1 ? 8 : 0)
  if (magic === 1) timestamp.writeBigInt64BE(BigInt(Date.now()))
  const content = Buffer.concat([Buffer.from([magic, 0]), timestamp, sized(null), sized(value)])
  const head = Buffer.alloc(16)
  head.writeInt32BE(4 + content.length, 8)
  head.writeUInt32BE(crc32(content), 12)
  return Buffer.concat([head, content])
}

function sized(text: string | null): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(text === null ? -1 : Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(text ?? '')])
}

/** CRC-32 (not CRC-32C), which only the legacy formats use. */
function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

export interface ReadRecord {
  offset: number
  key: string | null
  value: string | null
}

/** The records in a fetch response. */
export function readRecords(records: Buffer | null): ReadRecord[] {
  if (records === null) return []
  return [...batches(records)].flatMap((position) =>
    [...recordsOf(records, position)].map(({ offset, key, value }) => ({
      offset,
      key: key?.toString() ?? null,
      value: value?.toString() ?? null
    }))
  )
}

export const valuesIn = (records: Buffer | null) => readRecords(records).map(({ value }) => value)
