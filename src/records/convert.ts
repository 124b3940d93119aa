// Rebuilding a producer's batch in another codec, for topics whose compression.type is not `producer`.

import { KafkaError } from '../error-codes.ts'
import {
  baseSequence,
  codec,
  isControl,
  isTransactional,
  magic,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_TIMESTAMP,
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
  checkBuildable(records)
  const isAppendTime = timestampType(records, 0) === 'LogAppendTime'
  return {
    records: Array.from(recordsOf(records), ({ key, value, headers, timestampMs }) => {
      if (timestampMs < NO_TIMESTAMP) throw unbuildable(`Invalid negative timestamp ${timestampMs}`)
      return { key, value, headers, timestampMs }
    }),
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

/** What passes unseen in a batch that is kept as it is, and what Apache Kafka's builder then trips over. */
function checkBuildable(records: Buffer): void {
  const id = producerId(records, 0)
  if (id === NO_PRODUCER_ID) {
    if (isTransactional(records, 0))
      throw unbuildable('Cannot write transactional messages without a valid producer ID')
    return
  }
  if (producerEpoch(records, 0) === NO_PRODUCER_EPOCH) throw unbuildable('Invalid negative producer epoch')
  if (baseSequence(records, 0) < 0 && !isControl(records, 0)) throw unbuildable('Invalid negative sequence number used')
}

function unbuildable(message: string): KafkaError {
  return new KafkaError('UNKNOWN_SERVER_ERROR', message)
}
