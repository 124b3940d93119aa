// The check of every record in a batch that a producer sent: its framing, key and timestamp. This is the hot loop of the
// produce path: no allocation per record, one-byte varints inline. Errors of single records are gathered and returned
// with their index (KIP-467); broken framing ends the check at once.

import { KafkaError } from '../error-codes.ts'
import { cursor, readVarint, readVarlong, VarintTooLongError } from './varint.ts'

/** What the records of one batch are held against. Reused from batch to batch. */
export interface RecordRules {
  /** cleanup.policy holds compact: a record without a key cannot be kept. */
  keyRequired: boolean
  /** The topic keeps the producers' timestamps, so they must lie between the two bounds. */
  isCreateTime: boolean
  earliestMs: number
  latestMs: number
  /** Ends the messages: ` in topic partition x-0`. */
  topicPartition: string
}

export interface RecordError {
  index: number
  message: string
}

/** What the last check found. One per process: a check is synchronous and never nests. */
export const checked = {
  maxTimestampMs: -1,
  /** Offset deltas count 0, 1, 2. */
  isSequential: true,
  hasInvalidTimestamp: false,
  errors: undefined as RecordError[] | undefined
}

export interface FramedRecords {
  buffer: Buffer
  start: number
  end: number
  count: number
  baseTimestampMs: number
  /** The batch claims LogAppendTime: its records have this timestamp; undefined otherwise. */
  appendTimeMs: number | undefined
  isDecompressed: boolean
  /** Records are held against their declared sizes: Apache Kafka skips that where it keeps a batch compressed. */
  isStrict: boolean
}

/** Of the record being read. */
let recordStart = 0

export function checkRecords(records: FramedRecords, rules: RecordRules): void {
  checked.errors = undefined
  checked.hasInvalidTimestamp = false
  try {
    walk(records, rules)
  } catch (error) {
    if (!(error instanceof VarintTooLongError)) throw error
    // What Apache Kafka answers to an over-long size of an uncompressed record.
    const isUncaught = error.at === recordStart && !records.isDecompressed
    if (isUncaught) throw new KafkaError('UNKNOWN_SERVER_ERROR', error.message)
    throw new KafkaError('INVALID_RECORD', `Found invalid record structure: ${error.message}`)
  }
}

function walk(records: FramedRecords, rules: RecordRules): void {
  const { buffer: b, end, count, baseTimestampMs, appendTimeMs } = records
  const { keyRequired, isCreateTime, earliestMs, latestMs } = rules
  const { isStrict } = records
  let at = records.start
  let maxTimestampMs = -1
  let isSequential = true
  for (let index = 0; index < count; index++) {
    recordStart = at
    const size = readVarint(b, at, end)
    const bodyEnd = cursor.position + size
    if (isStrict && bodyEnd > end) throw tooLarge(size, end - cursor.position)
    let timestampMs = baseTimestampMs + readVarlong(b, cursor.position + 1, end) // after the unused attributes
    const offsetDelta = readVarint(b, cursor.position, end)
    const keyLength = readVarint(b, cursor.position, end)
    const valueLength = readVarint(b, cursor.position + Math.max(keyLength, 0), end)
    at = cursor.position + Math.max(valueLength, 0)
    at = at < end && b[at] === 0 ? at + 1 : skipHeaders(b, at, end, isStrict)
    if (isStrict ? at !== bodyEnd : at > end) throw wrongSize(size, at - bodyEnd + size)

    if (offsetDelta !== index) isSequential = false
    if (appendTimeMs !== undefined) timestampMs = appendTimeMs
    if (timestampMs > maxTimestampMs) maxTimestampMs = timestampMs
    if (keyRequired && keyLength < 0) {
      addError(index, `Compacted topic cannot accept message without key${rules.topicPartition}`)
    } else if (isCreateTime && timestampMs !== -1) {
      if (timestampMs < earliestMs || timestampMs > latestMs) addTimestampError(index, timestampMs, offsetDelta, rules)
    } else if (appendTimeMs !== undefined) addTypeError(index)
  }
  if (at !== end) {
    throw new KafkaError('INVALID_RECORD', 'Incorrect declared batch size, records still remaining in file')
  }
  checked.maxTimestampMs = maxTimestampMs
  checked.isSequential = isSequential
}

function skipHeaders(b: Buffer, start: number, end: number, isStrict: boolean): number {
  const count = readVarint(b, start, end)
  let at = cursor.position
  if (count < 0 || (isStrict && count > end - at)) {
    throw new KafkaError('INVALID_RECORD', `Found invalid number of record headers ${count}`)
  }
  for (let index = 0; index < count; index++) {
    const keyLength = readVarint(b, at, end)
    if (keyLength < 0) throw new KafkaError('INVALID_RECORD', `Invalid negative header key size ${keyLength}`)
    const valueLength = readVarint(b, cursor.position + keyLength, end)
    at = cursor.position + Math.max(valueLength, 0)
  }
  return at
}

function tooLarge(size: number, remaining: number): KafkaError {
  return new KafkaError(
    'INVALID_RECORD',
    `Invalid record size: expected ${size} bytes in record payload, but instead the buffer has only ${remaining} remaining bytes.`
  )
}

function wrongSize(expected: number, actual: number): KafkaError {
  return new KafkaError(
    'INVALID_RECORD',
    `Invalid record size: expected to read ${expected} bytes in record payload, but instead read ${actual}`
  )
}

function addError(index: number, message: string): void {
  checked.errors ??= []
  checked.errors.push({ index, message })
}

function addTimestampError(index: number, timestampMs: number, offset: number, rules: RecordRules): void {
  checked.hasInvalidTimestamp = true
  const range = `[${rules.earliestMs}, ${rules.latestMs}]`
  addError(
    index,
    `Timestamp ${timestampMs} of message with offset ${offset} is out of range. The timestamp should be within ${range}`
  )
}

function addTypeError(index: number): void {
  checked.hasInvalidTimestamp = true
  addError(index, 'Invalid timestamp type in message. Producer should not set timestamp type to LogAppendTime.')
}
