// What a leader does to a batch before it may enter the log, in Apache Kafka 4.3.1's order (UnifiedLog's
// analyzeAndValidateRecords, then LogValidator): size and checksum, header, every record, then base offset, leader epoch
// and timestamp type set in place. The bytes stay the producer's own unless compression.type asks for another codec.

import { decompress } from '../bytes/compression.ts'
import { MalformedError } from '../bytes/reader.ts'
import { KafkaError } from '../error-codes.ts'
import {
  BATCH_HEADER_BYTES,
  baseOffset,
  baseSequence,
  baseTimestamp,
  codec,
  crcIsValid,
  isControl,
  lastOffset,
  lastOffsetDelta,
  magic,
  maxTimestamp,
  NO_PRODUCER_ID,
  producerId,
  recordCount,
  setBaseOffset,
  setMaxTimestamp,
  setPartitionLeaderEpoch,
  storedCrc,
  timestampType
} from './batch-header.ts'
import { nextBatchSize } from './iterate.ts'
import { checked, checkRecords, type RecordError, type RecordRules } from './record-framing.ts'

/** client: everything is checked. coordinator: what the broker itself writes. raft: the metadata log, header only. */
export type AppendOrigin = 'client' | 'coordinator' | 'raft'

export interface AppendRules extends RecordRules {
  maxMessageBytes: number
}

/** INVALID_RECORD or INVALID_TIMESTAMP with the records that caused it (KIP-467). */
export class RecordValidationError extends KafkaError {
  readonly recordErrors: readonly RecordError[]
  constructor(
    errorName: 'INVALID_RECORD' | 'INVALID_TIMESTAMP',
    message: string,
    recordErrors: readonly RecordError[]
  ) {
    super(errorName, message)
    this.recordErrors = recordErrors
  }
}

/** Size, checksum and codec of the one batch in `records`; its size in bytes, 0 when there is none. */
export function analyzeBatch(records: Buffer, origin: AppendOrigin, rules: AppendRules): number {
  const size = nextBatchSize(records, 0)
  if (size === 0) return 0
  const where = rules.topicPartition
  if (magic(records, 0) === 2 && origin === 'client' && baseOffset(records, 0) !== 0) {
    throw invalid(`The baseOffset of the record batch in the append should be 0, but it is ${baseOffset(records, 0)}`)
  }
  if (size > rules.maxMessageBytes) {
    throw new KafkaError(
      'MESSAGE_TOO_LARGE',
      `The record batch size in the append is ${size} bytes which exceeds the maximum configured value of ${rules.maxMessageBytes}`
    )
  }
  if (!crcIsValid(records, 0)) {
    throw new KafkaError('CORRUPT_MESSAGE', `Record is corrupt (stored crc = ${storedCrc(records, 0)})${where}.`)
  }
  if (magic(records, 0) < 2) throw invalid('Only record batches with magic version 2 can be appended')
  if (codec(records, 0) > 4) {
    throw new KafkaError('UNKNOWN_SERVER_ERROR', `Unknown compression type id: ${codec(records, 0)}`)
  }
  if (nextBatchSize(records, size) !== 0) throw invalid('Compressed outer record has more than one batch')
  return size
}

/**
 * The header and every record. Leaves what it found of the records in `checked`. `willRebuild`: the batch is about to get
 * another codec.
 */
export function validateBatch(
  records: Buffer,
  size: number,
  origin: AppendOrigin,
  rules: AppendRules,
  willRebuild: boolean
): void {
  if (origin === 'client') checkClientHeader(records, rules)
  const codecId = codec(records, 0)
  const isAppendTime = timestampType(records, 0) === 'LogAppendTime'
  const isDecompressed = codecId !== 0
  const body = isDecompressed ? decompressBody(codecId, records.subarray(BATCH_HEADER_BYTES, size)) : records
  framed.buffer = body
  framed.start = isDecompressed ? 0 : BATCH_HEADER_BYTES
  framed.end = isDecompressed ? body.length : size
  framed.count = recordCount(records, 0)
  framed.baseTimestampMs = baseTimestamp(records, 0)
  framed.appendTimeMs = isAppendTime ? maxTimestamp(records, 0) : undefined
  framed.isDecompressed = isDecompressed
  framed.isStrict = !isDecompressed || willRebuild
  checkRecords(framed, rules)
  framed.buffer = nothing
  if (checked.errors !== undefined) throw recordErrors(checked.errors, checked.hasInvalidTimestamp)
}

const nothing = Buffer.alloc(0)
const framed = {
  buffer: nothing as Buffer,
  start: 0,
  end: 0,
  count: 0,
  baseTimestampMs: 0,
  appendTimeMs: undefined as number | undefined,
  isDecompressed: false,
  isStrict: true
}

/** Offset, epoch and timestamps into the header, where they lie. */
export function assignInPlace(
  records: Buffer,
  firstOffset: number,
  leaderEpoch: number,
  isLogAppendTime: boolean,
  maxTimestampMs: number
): void {
  setBaseOffset(records, 0, firstOffset)
  setPartitionLeaderEpoch(records, 0, leaderEpoch)
  setMaxTimestamp(records, 0, isLogAppendTime, maxTimestampMs)
}

function checkClientHeader(records: Buffer, rules: AppendRules): void {
  const where = rules.topicPartition
  const countFromOffsets = lastOffsetDelta(records, 0) + 1
  const range = `[${baseOffset(records, 0)}, ${lastOffset(records, 0)}]`
  if (countFromOffsets <= 0) throw invalid(`Batch has an invalid offset range: ${range}${where}`)
  const count = recordCount(records, 0)
  if (count <= 0) throw invalid(`Invalid reported count for record batch: ${count}${where}`)
  if (countFromOffsets !== count) {
    throw invalid(`Inconsistent batch offset range ${range} and count of records ${count}${where}`)
  }
  if (isControl(records, 0)) throw invalid(`Clients are not allowed to write control records${where}`)
  if (producerId(records, 0) > NO_PRODUCER_ID && baseSequence(records, 0) < 0) {
    const sequence = baseSequence(records, 0)
    throw invalid(
      `Invalid sequence number ${sequence} in record batch with producerId ${producerId(records, 0)}${where}`
    )
  }
}

function decompressBody(codecId: number, body: Buffer): Buffer {
  try {
    return decompress(codecId, body)
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error
    throw new KafkaError('UNKNOWN_SERVER_ERROR', `Failed to decompress record stream: ${error.message}`)
  }
}

function recordErrors(errors: readonly RecordError[], hasInvalidTimestamp: boolean): RecordValidationError {
  if (hasInvalidTimestamp) {
    const message = 'One or more records have been rejected due to invalid timestamp'
    return new RecordValidationError('INVALID_TIMESTAMP', message, errors)
  }
  const shown = errors.slice(0, 3).map((error) => `RecordError(batchIndex=${error.index}, message='${error.message}')`)
  const message =
    `One or more records have been rejected due to ${errors.length} record errors in total, ` +
    `and only showing the first three errors at most: [${shown.join(', ')}]`
  return new RecordValidationError('INVALID_RECORD', message, errors)
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_RECORD', message)
}
