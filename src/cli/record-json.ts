// One record as JSON, written by `consume --json` and read by `produce --json`. Bytes that are not UTF-8 stand in
// base64 under `keyBase64` and `valueBase64`, so that what was consumed can be produced again as it was.
import { isUtf8 } from 'node:buffer'
import type { RecordToSend } from '../client/producer.ts'
import type { RecordView } from '../records/record-view.ts'

type JsonObject = Record<string, unknown>

export class BadRecord extends Error {}

export function recordToJson(topic: string, partition: number, record: RecordView): JsonObject {
  return {
    topic,
    partition,
    offset: record.offset,
    timestamp: record.timestampMs,
    ...bytesToJson('key', record.key),
    ...bytesToJson('value', record.value),
    headers: record.headers.map(({ key, value }) => ({ key, ...bytesToJson('value', value) }))
  }
}

function bytesToJson(name: string, bytes: Buffer | null): JsonObject {
  if (bytes === null) return { [name]: null }
  return isUtf8(bytes) ? { [name]: bytes.toString() } : { [`${name}Base64`]: bytes.toString('base64') }
}

/** `topic` and `offset` are passed over: a record goes where the command says. */
export function recordFromJson(text: string): Omit<RecordToSend, 'topic'> {
  const json = parseObject(text)
  return {
    key: bytesFromJson(json, 'key'),
    value: bytesFromJson(json, 'value'),
    headers: headersFromJson(json.headers),
    partition: wholeNumber(json, 'partition'),
    timestampMs: wholeNumber(json, 'timestamp')
  }
}

function parseObject(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new BadRecord(`not JSON: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadRecord('want an object such as {"key":"k","value":"v"}')
  }
  return value as JsonObject
}

// A value that is not text is meant as JSON itself: {"value":{"id":1}} sends {"id":1}.
function bytesFromJson(json: JsonObject, name: string): Buffer | null {
  const base64 = json[`${name}Base64`]
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64')
  const value = json[name]
  if (value === undefined || value === null) return null
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}

function headersFromJson(headers: unknown): { key: string; value: Buffer | null }[] {
  if (headers === undefined || headers === null) return []
  if (Array.isArray(headers)) {
    return headers.map((header: JsonObject) => {
      if (typeof header?.key !== 'string') throw new BadRecord('headers: want [{"key":"name","value":"text"}]')
      return { key: header.key, value: bytesFromJson(header, 'value') }
    })
  }
  if (typeof headers !== 'object') throw new BadRecord('headers: want an object or an array')
  return Object.keys(headers).map((key) => ({ key, value: bytesFromJson(headers as JsonObject, key) }))
}

function wholeNumber(json: JsonObject, name: string): number | undefined {
  const value = json[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new BadRecord(`${name}: want a whole number, not ${JSON.stringify(value)}`)
  }
  return value
}
