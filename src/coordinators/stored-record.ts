// Keys and values in a coordinator's log. Key: int16 record type, then the body in the non-flexible encoding.
// Value: int16 version, then the body in that version; no value is a tombstone.
import { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { inVersions, recordCodec } from '../protocol/compile.ts'
import type { RecordInitOf, RecordOf, RecordSchema } from '../protocol/schema.ts'

/** A type this broker has no state machine for. Skipped when loading, kept in the log. */
export class UnknownRecordTypeError extends Error {
  readonly recordType: number
  constructor(recordType: number) {
    super(`unknown record type ${recordType}`)
    this.name = 'UnknownRecordTypeError'
    this.recordType = recordType
  }
}

/** A known type in a version from the future. What it says cannot be ignored: the partition must not be served. */
export class UnknownValueVersionError extends Error {
  constructor(recordType: number, version: number) {
    super(`record type ${recordType} has a value of unknown version ${version}: it was written by a newer Kafka`)
    this.name = 'UnknownValueVersionError'
  }
}

export function encodeKey<S extends RecordSchema>(schema: S, key: RecordInitOf<S>): Buffer {
  const writer = new Writer()
  writer.int16(schema.key)
  recordCodec(schema, 0).encode(writer, key)
  return writer.toBuffer()
}

export function encodeValue<S extends RecordSchema>(schema: S, version: number, value: RecordInitOf<S>): Buffer {
  const writer = new Writer()
  writer.int16(version)
  recordCodec(schema, version).encode(writer, value)
  return writer.toBuffer()
}

/** The record type; the reader stands at the body then. */
export const readRecordType = (reader: Reader): number => reader.int16()

export function decodeKey<S extends RecordSchema>(schema: S, reader: Reader): RecordOf<S> {
  return recordCodec(schema, 0).decode(reader) as RecordOf<S>
}

export function decodeValue<S extends RecordSchema>(schema: S, value: Buffer): RecordOf<S> {
  const reader = new Reader(value)
  const version = reader.int16()
  if (!inVersions(schema.versions, version)) throw new UnknownValueVersionError(schema.key, version)
  return recordCodec(schema, version).decode(reader) as RecordOf<S>
}
