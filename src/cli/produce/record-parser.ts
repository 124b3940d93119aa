// From one line of input to a record, as the flags of `produce` say.
import { UsageError } from '../../client/errors.ts'
import type { RecordToSend } from '../../client/producer.ts'
import { resolveEscapes } from '../escapes.ts'
import { parseCount } from '../number-spec.ts'
import { BadRecord, recordFromJson } from '../record-json.ts'

export interface RecordFlags {
  readonly key?: string
  readonly keySeparator?: string
  readonly header?: readonly string[]
  readonly partition?: string
  readonly tombstone?: boolean
  readonly json?: boolean
}

export type ParsedRecord = Omit<RecordToSend, 'topic'>

export function recordParser(flags: RecordFlags): (line: Buffer) => ParsedRecord {
  if (flags.key !== undefined && flags.keySeparator !== undefined) throw new UsageError('give either -k or -K')
  if (flags.json && flags.keySeparator !== undefined) throw new UsageError('-K makes no sense with --json')
  const partition = flags.partition === undefined ? undefined : parseCount('--partition', flags.partition, 0)
  const headers = (flags.header ?? []).map(parseHeader)
  const key = flags.key === undefined ? null : Buffer.from(flags.key)
  const separator = flags.keySeparator === undefined ? undefined : Buffer.from(resolveEscapes(flags.keySeparator))
  if (separator?.length === 0) throw new UsageError('-K: the separator is empty')
  const emptyAsNull = (bytes: Buffer) => (flags.tombstone && bytes.length === 0 ? null : bytes)
  return (line) => {
    if (flags.json) {
      const record = recordFromJson(line.toString())
      const value = record.value === null ? null : emptyAsNull(record.value)
      return {
        key: record.key ?? key,
        value,
        headers: [...(record.headers ?? []), ...headers],
        partition: partition ?? record.partition,
        timestampMs: record.timestampMs
      }
    }
    if (separator === undefined) return { key, value: emptyAsNull(line), headers, partition }
    const at = line.indexOf(separator)
    if (at < 0) throw new BadRecord(`no key separator ${JSON.stringify(separator.toString())} in it`)
    const value = emptyAsNull(line.subarray(at + separator.length))
    return { key: line.subarray(0, at), value, headers, partition }
  }
}

function parseHeader(text: string): { key: string; value: Buffer } {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`-H ${text}: want NAME=VALUE`)
  return { key: text.slice(0, at), value: Buffer.from(text.slice(at + 1)) }
}
