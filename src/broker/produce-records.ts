// What Apache Kafka checks of a partition's records in a Produce request before the log sees them: one batch, magic 2.
// Only framing is looked at here; CRC, records, sequence and timestamps are checked by the log.
import { ErrorCode } from '../error-codes.ts'
import {
  BATCH_HEADER_BYTES,
  batchSizeBytes,
  codec,
  HEADER_BYTES_UP_TO_MAGIC,
  isTransactional,
  LOG_OVERHEAD_BYTES,
  MIN_BATCH_LENGTH,
  magic
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
  if (remaining < sizeBytes) return 0
  return version === MAGIC_2 && sizeBytes < BATCH_HEADER_BYTES ? CORRUPT : sizeBytes
}

export function startsCorrupt(records: Buffer): boolean {
  return wholeBatchBytes(records, 0) === CORRUPT
}

/** Whether the first batch belongs to a transaction. */
export function startsTransactional(records: Buffer): boolean {
  return wholeBatchBytes(records, 0) > 0 && magic(records, 0) === MAGIC_2 && isTransactional(records, 0)
}

export function checkProducedRecords(records: Buffer, apiVersion: number): ErrorCode {
  const sizeBytes = wholeBatchBytes(records, 0)
  if (sizeBytes === CORRUPT) return ErrorCode.CORRUPT_MESSAGE
  if (sizeBytes === 0 || magic(records, 0) !== MAGIC_2) return ErrorCode.INVALID_RECORD
  if (apiVersion < ZSTD_VERSION && codec(records, 0) === ZSTD) return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE
  if (sizeBytes === records.length) return ErrorCode.NONE
  const nextBytes = wholeBatchBytes(records, sizeBytes)
  if (nextBytes === CORRUPT) return ErrorCode.CORRUPT_MESSAGE
  return nextBytes > 0 ? ErrorCode.INVALID_RECORD : ErrorCode.NONE
}
