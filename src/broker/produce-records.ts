// What Apache Kafka checks of a partition's records in a Produce request before the log sees them: one batch, magic 2.
// Only framing is looked at here; CRC, records, sequence and timestamps are checked by the log.
import { ErrorCode, KafkaError } from '../error-codes.ts'
import {
  BATCH_HEADER_BYTES,
  batchSizeBytes,
  codec,
  HEADER_BYTES_UP_TO_MAGIC,
  isTransactional,
  LOG_OVERHEAD_BYTES,
  MIN_BATCH_LENGTH,
  magic,
  NO_PRODUCER_ID,
  producerId
} from '../records/batch-header.ts'

const MAGIC_2 = 2
const ZSTD = 4
/** KIP-110. */
const ZSTD_VERSION = 7
const CORRUPT = -1

/** Bytes of the batch at `position`; 0 when no whole batch is there, CORRUPT for a header that cannot be. */
function wholeBatchBytes(records: Buffer, position: number): number {
  const remaining = records.length - position
  if (remaining < LOG_OVERHEAD_BYTES) return 0
  const sizeBytes = batchSizeBytes(records, position)
  if (sizeBytes < MIN_BATCH_LENGTH + LOG_OVERHEAD_BYTES) return CORRUPT
  if (remaining < HEADER_BYTES_UP_TO_MAGIC) return 0
  const version = magic(records, position)
  if (version < 0 || version > MAGIC_2) return CORRUPT
  return remaining < sizeBytes ? 0 : sizeBytes
}

/**
 * What fails the whole request, whatever its other partitions are: Apache Kafka looks at every first batch before it
 * looks at any partition, and a header that cannot be read stops it there.
 */
export function checkFirstBatch(records: Buffer, transactionalId: string | null): void {
  const sizeBytes = wholeBatchBytes(records, 0)
  if (sizeBytes === CORRUPT) throw corruptHeader(records)
  if (sizeBytes === 0 || magic(records, 0) !== MAGIC_2) return
  if (sizeBytes < BATCH_HEADER_BYTES) return // checkProducedRecords names it
  if (transactionalId === null && isTransactional(records, 0)) {
    throw new KafkaError('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
  }
}

function corruptHeader(records: Buffer): KafkaError {
  const length = batchSizeBytes(records, 0) - LOG_OVERHEAD_BYTES
  const reason =
    length < MIN_BATCH_LENGTH
      ? `Record size ${length} is less than the minimum record overhead (${MIN_BATCH_LENGTH})`
      : `Invalid magic found in record: ${magic(records, 0)}`
  return new KafkaError('CORRUPT_MESSAGE', reason)
}

/** Of a checked batch: whether some transaction must have been told of this partition. */
export function needsTransaction(records: Buffer): boolean {
  return isTransactional(records, 0) && producerId(records, 0) !== NO_PRODUCER_ID
}

/** The batch without what follows it: bytes that are no batch are dropped, as Apache Kafka does. */
export function onlyBatch(records: Buffer): Buffer {
  const sizeBytes = batchSizeBytes(records, 0)
  return sizeBytes === records.length ? records : records.subarray(0, sizeBytes)
}

export function checkProducedRecords(records: Buffer, apiVersion: number): ErrorCode {
  const sizeBytes = wholeBatchBytes(records, 0)
  if (sizeBytes === CORRUPT) return ErrorCode.CORRUPT_MESSAGE
  if (sizeBytes === 0 || magic(records, 0) !== MAGIC_2) return ErrorCode.INVALID_RECORD
  // Apache Kafka says so too, or UNKNOWN_SERVER_ERROR where it reads beyond the end before it looks at the size.
  if (sizeBytes < BATCH_HEADER_BYTES) return ErrorCode.CORRUPT_MESSAGE
  if (apiVersion < ZSTD_VERSION && codec(records, 0) === ZSTD) return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
  if (sizeBytes === records.length) return ErrorCode.NONE
  const nextBytes = wholeBatchBytes(records, sizeBytes)
  if (nextBytes === CORRUPT) return ErrorCode.CORRUPT_MESSAGE
  return nextBytes > 0 ? ErrorCode.INVALID_RECORD : ErrorCode.NONE
}
