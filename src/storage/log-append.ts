// The shapes of an append, and the parts of it that do not change the log: the rules that a topic's config makes, when to
// roll, what a producer may do.

import type { LogConfig } from '../configs/log-config.ts'
import { KafkaError } from '../error-codes.ts'
import { baseSequence, isControl, isTransactional, producerEpoch, producerId } from '../records/batch-header.ts'
import { type EndTransactionMarker, endTransactionMarker } from '../records/control-record.ts'
import type { TargetCompression } from '../records/convert.ts'
import type { AppendOrigin, AppendRules } from '../records/validate.ts'
import { checkDataBatch, checkMarker } from './producer-append.ts'
import type { ProducerState } from './producer-state.ts'
import type { Segment } from './segment.ts'

export interface AppendOptions {
  origin: AppendOrigin
  nowMs?: number
  /** Of an end transaction marker: transaction.version 2 is stricter about epochs. */
  transactionVersion?: number
  /** false: the transaction coordinator does not know this partition in the producer's transaction (KIP-890). */
  transactionVerified?: boolean
}

export interface AppendResult {
  /** -1 when there was no batch to append. */
  firstOffset: number
  lastOffset: number
  /** -1 unless the topic has LogAppendTime. */
  logAppendTimeMs: number
  logStartOffset: number
  /** The producer sent this batch before: the offsets are those it got then. */
  isDuplicate: boolean
  recordCount: number
  sizeBytes: number
  /** flush.messages is reached: the answer has to wait for `flush()`. */
  needsFlush: boolean
}

const CODECS: Record<LogConfig['compressionType'], number | undefined> = {
  producer: undefined,
  uncompressed: 0,
  gzip: 1,
  snappy: 2,
  lz4: 3,
  zstd: 4
}

export function targetCompression(config: LogConfig): TargetCompression {
  const levels: Partial<Record<LogConfig['compressionType'], number>> = {
    gzip: config.compressionGzipLevel,
    lz4: config.compressionLz4Level,
    zstd: config.compressionZstdLevel
  }
  return { codec: CODECS[config.compressionType], level: levels[config.compressionType] }
}

export function appendRules(config: LogConfig, topic: string, partition: number): AppendRules {
  return {
    keyRequired: config.cleanupPolicy.has('compact'),
    isCreateTime: config.messageTimestampType === 'CreateTime',
    earliestMs: 0,
    latestMs: 0,
    topicPartition: ` in topic partition ${topic}-${partition}`,
    maxMessageBytes: config.maxMessageBytes,
    targetCodec: CODECS[config.compressionType]
  }
}

export interface RollInput {
  segment: Segment
  config: LogConfig
  /** Random per segment, so that many logs do not roll at once. */
  jitterMs: number
  appendBytes: number
  lastOffset: number
  maxTimestampMs: number
  nowMs: number
}

export function shouldRoll(input: RollInput): boolean {
  const { segment, config, nowMs } = input
  if (segment.sizeBytes === 0) return false
  if (segment.sizeBytes > config.segmentBytes - input.appendBytes) return true
  const firstMs = segment.firstTimestampMs() ?? -1
  const waitedMs = firstMs >= 0 ? input.maxTimestampMs - firstMs : nowMs - segment.createdMs
  if (waitedMs > config.segmentMs - input.jitterMs) return true
  if (segment.index.count >= Math.floor(config.segmentIndexBytes / 8)) return true
  // One slot of the time index is kept for the final entry.
  if (segment.timeIndex.count >= Math.floor(config.segmentIndexBytes / 12) - 1) return true
  return !segment.canHold(input.lastOffset)
}

/** What the producer state says to a batch with a producer id. Returns the marker it read, if the batch is one. */
export function checkProducer(
  producers: ProducerState,
  records: Buffer,
  firstOffset: number,
  options: AppendOptions
): EndTransactionMarker | undefined {
  const id = producerId(records, 0)
  const epoch = producerEpoch(records, 0)
  const entry = producers.entry(id)
  if (isControl(records, 0)) {
    const marker = endTransactionMarker(records, 0)
    const transactionVersion = options.transactionVersion ?? 0
    if (marker !== undefined) checkMarker(entry, { epoch, offset: firstOffset, transactionVersion }, marker)
    return marker
  }
  const transactional = isTransactional(records, 0)
  if (transactional && (entry === undefined || entry.currentTransactionFirstOffset < 0 || entry.epoch !== epoch)) {
    if (entry !== undefined && epoch < entry.epoch) {
      const seen = `which is smaller than the last seen epoch ${entry.epoch}`
      throw new KafkaError('INVALID_PRODUCER_EPOCH', `Epoch of producer ${id} is ${epoch}, ${seen}`)
    }
    if (options.transactionVerified === false) {
      throw new KafkaError('INVALID_TXN_STATE', 'Record was not part of an ongoing transaction')
    }
  }
  const firstSequence = baseSequence(records, 0)
  const isClient = options.origin === 'client'
  checkDataBatch(entry, { producerId: id, epoch, firstSequence, firstOffset, isTransactional: transactional }, isClient)
  return undefined
}
