// Which schema a record of an internal topic has, by the topic and the type in its key or frame.
import { Reader } from '../../bytes/reader.ts'
import { inVersions, recordCodec } from '../../protocol/compile.ts'
import type { RecordSchema } from '../../protocol/schema.ts'
import type { RecordView } from '../../records/record-view.ts'
import {
  controlSchemas,
  groupSchemas,
  metadataSchemas,
  type SchemaPair,
  shareSchemas,
  transactionSchemas
} from './stored-schemas.ts'

export type Topic = 'offsets' | 'metadata' | 'transactions' | 'share'

/** By the name of a partition directory, or of a metadata snapshot. */
export function internalTopicOf(path: string): Topic | undefined {
  if (/(^|[\\/])__consumer_offsets-\d/.test(path)) return 'offsets'
  if (/(^|[\\/])__cluster_metadata-\d/.test(path) || path.endsWith('.checkpoint')) return 'metadata'
  if (/(^|[\\/])__transaction_state-\d/.test(path)) return 'transactions'
  if (/(^|[\\/])__share_group_state-\d/.test(path)) return 'share'
  return undefined
}

export interface Decoded {
  readonly type: string
  readonly version?: number
  readonly key?: unknown
  /** Null is a tombstone. */
  readonly value?: unknown
}

/** Undefined when there is no schema for it. Throws MalformedError when the bytes do not fit their schema. */
export function decodeStored(topic: Topic, record: RecordView): Decoded | undefined {
  if (topic === 'metadata') return record.value === null ? undefined : decodeMetadata(record.value)
  const pairs = topic === 'offsets' ? groupSchemas : topic === 'transactions' ? transactionSchemas : shareSchemas
  return decodePair(pairs, record)
}

/** A control record: its key is i16 version, i16 type. */
export function decodeControl(record: RecordView): Decoded | undefined {
  if (record.key === null || record.key.length < 4) return undefined
  const schema = controlSchemas.get(record.key.readInt16BE(2))
  if (schema === undefined) return undefined
  // Markers carry the version before the value, the metadata log's records as their first field too.
  const version = record.value === null ? 0 : record.value.readInt16BE(0)
  if (record.value === null || !inVersions(schema.schema.versions, version)) return { type: schema.name }
  const value = decodeValue(schema.schema, version, record.value, schema.isVersionInValue ? 0 : 2)
  return { type: schema.name, version, value }
}

// uvarint frame version (1), uvarint type, uvarint version, then the value.
function decodeMetadata(bytes: Buffer): Decoded | undefined {
  const reader = new Reader(bytes)
  reader.unsignedVarint()
  const schema = metadataSchemas.get(reader.unsignedVarint())
  const version = reader.unsignedVarint()
  if (schema === undefined || !inVersions(schema.versions, version)) return undefined
  return { type: schema.name, version, value: plain(recordCodec(schema, version).decode(reader)) }
}

// Key: i16 type, then the key's fields. Value: i16 version, then the value's fields.
function decodePair(pairs: ReadonlyMap<number, SchemaPair>, { key, value }: RecordView): Decoded | undefined {
  if (key === null || key.length < 2) return undefined
  const pair = pairs.get(key.readInt16BE(0))
  if (pair === undefined) return undefined
  const type = pair.value.name.replace(/Value$/, '')
  const decodedKey = decodeValue(pair.key, 0, key, 2)
  if (value === null) return { type, key: decodedKey, value: null }
  const version = value.readInt16BE(0)
  if (!inVersions(pair.value.versions, version)) return { type, version, key: decodedKey, value: value.toString('hex') }
  return { type, version, key: decodedKey, value: decodeValue(pair.value, version, value, 2) }
}

const decodeValue = (schema: RecordSchema, version: number, bytes: Buffer, start: number): unknown =>
  plain(recordCodec(schema, version).decode(new Reader(bytes, start)))

/** Buffers as base64, so that it prints. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, plain(of)]))
}
