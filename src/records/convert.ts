// Rebuilding a producer's batch in another codec, for topics whose compression.type is not `producer`, and for compressed
// batches whose inner offsets do not count from 0 (some old clients), which cannot be stamped in place.

import {
  baseSequence,
  codec,
  isControl,
  isTransactional,
  magic,
  producerEpoch,
  producerId,
  timestampType
} from './batch-header.ts'
import { type BatchInit, buildBatch, buildBatchAsync } from './build-batch.ts'
import { nextBatchSize, recordsOf } from './iterate.ts'

export interface TargetCompression {
  /** undefined keeps the producer's codec. */
  codec: number | undefined
  level: number | undefined
}

/** Whether the batch has another codec than its topic wants. Control records are never compressed. */
export function needsRecompression(records: Buffer, target: TargetCompression): boolean {
  if (target.codec === undefined || nextBatchSize(records, 0) === 0 || magic(records, 0) < 2) return false
  const source = codec(records, 0)
  return source !== target.codec && !(source === 0 && isControl(records, 0))
}

export function recompress(records: Buffer, target: TargetCompression): Buffer {
  return buildBatch(batchInit(records, target))
}

export function recompressAsync(records: Buffer, target: TargetCompression): Promise<Buffer> {
  return buildBatchAsync(batchInit(records, target))
}

function batchInit(records: Buffer, target: TargetCompression): BatchInit {
  const isAppendTime = timestampType(records, 0) === 'LogAppendTime'
  return {
    records: Array.from(recordsOf(records), ({ key, value, headers, timestampMs }) => ({
      key,
      value,
      headers,
      timestampMs
    })),
    codec: target.codec ?? codec(records, 0),
    compressionLevel: target.level,
    producerId: producerId(records, 0),
    producerEpoch: producerEpoch(records, 0),
    baseSequence: baseSequence(records, 0),
    transactional: isTransactional(records, 0),
    control: isControl(records, 0),
    timestampType: isAppendTime ? 'LogAppendTime' : 'CreateTime'
  }
}
