// What a batch's header says, in the words of Kafka's own dump tool.
import {
  baseOffset,
  baseSequence,
  baseTimestamp,
  codec,
  crcIsValid,
  hasDeleteHorizon,
  isControl,
  isTransactional,
  lastOffset,
  lastSequence,
  magic,
  maxTimestamp,
  partitionLeaderEpoch,
  producerEpoch,
  producerId,
  recordCount,
  storedCrc,
  timestampType
} from '../../records/batch-header.ts'
import { legacyCrcIsValid, legacyTimestamp } from '../../records/legacy-message.ts'
import type { BatchAt } from './log-file.ts'
import type { Fields } from './report.ts'

export interface BatchSummary {
  readonly position: number
  readonly sizeBytes: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly isControl: boolean
  readonly isCrcValid: boolean
}

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

export const isLegacy = ({ buffer, start }: BatchAt): boolean => magic(buffer, start) < 2

export function summaryOf(batch: BatchAt): BatchSummary {
  const { position, sizeBytes, buffer: b, start: p } = batch
  if (isLegacy(batch)) {
    // A legacy message stands for itself, a compressed one with the offset of its last.
    return {
      position,
      sizeBytes,
      baseOffset: baseOffset(b, p),
      lastOffset: baseOffset(b, p),
      maxTimestamp: legacyTimestamp(b, p),
      producerId: -1,
      isControl: false,
      isCrcValid: legacyCrcIsValid(b, p, sizeBytes)
    }
  }
  return {
    position,
    sizeBytes,
    baseOffset: baseOffset(b, p),
    lastOffset: lastOffset(b, p),
    maxTimestamp: maxTimestamp(b, p),
    producerId: producerId(b, p),
    isControl: isControl(b, p),
    isCrcValid: crcIsValid(b, p)
  }
}

export function batchFields(batch: BatchAt, summary: BatchSummary): Fields {
  const { buffer: b, start: p } = batch
  const place = { position: summary.position, sizeBytes: summary.sizeBytes, magic: magic(b, p) }
  if (isLegacy(batch)) {
    const attributes = b.readUInt8(p + 17)
    return {
      offset: summary.baseOffset,
      ...place,
      codec: CODECS[attributes & 7] ?? attributes & 7,
      timestamp: summary.maxTimestamp,
      crc: b.readUInt32BE(p + 12),
      isValid: summary.isCrcValid
    }
  }
  return {
    baseOffset: summary.baseOffset,
    lastOffset: summary.lastOffset,
    count: recordCount(b, p),
    ...place,
    codec: CODECS[codec(b, p)] ?? codec(b, p),
    timestampType: timestampType(b, p),
    // The field that holds the base timestamp holds the delete horizon of a compacted batch instead.
    [hasDeleteHorizon(b, p) ? 'deleteHorizonMs' : 'baseTimestamp']: baseTimestamp(b, p),
    maxTimestamp: summary.maxTimestamp,
    partitionLeaderEpoch: partitionLeaderEpoch(b, p),
    producerId: summary.producerId,
    producerEpoch: producerEpoch(b, p),
    baseSequence: baseSequence(b, p),
    lastSequence: lastSequence(b, p),
    isTransactional: isTransactional(b, p),
    isControl: summary.isControl,
    crc: storedCrc(b, p),
    isValid: summary.isCrcValid
  }
}
