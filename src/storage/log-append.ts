// The shapes of an append, and the questions that it asks before it changes anything: does the segment have to roll, may
// the producer do this.

import type { LogConfig } from '../configs/log-config.ts'
import { KafkaError } from '../error-codes.ts'
import { baseSequence, isControl, isTransactional, producerEpoch, producerId } from '../records/batch-header.ts'
import { type EndTransactionMarker, endTransactionMarker } from '../records/control-record.ts'
import type { AppendOrigin } from '../records/validate.ts'
import { checkDataBatch, checkMarker } from './producer-append.ts'
import type { ProducerEntry } from './producer-entry.ts'
import type { ProducerState } from './producer-state.ts'
import type { Segment } from './segment.ts'

export interface AppendOptions {
  origin: AppendOrigin
  nowMs?: number
  /** Of an end transaction marker: transaction.version 2 is stricter about epochs. */
  transactionVersion?: number
  /** The transaction may begin with this batch (KIP-890 part 2): in a log that does not know it, its sequence is 0. */
  addsToTransaction?: boolean
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

/** Of the batch about to be appended. Reused: this is asked for every batch. */
export const arriving = { sizeBytes: 0, lastOffset: 0, maxTimestampMs: 0, nowMs: 0 }

/** `jitterMs` is random per segment, so that many logs do not roll at once. */
export function mustRoll(segment: Segment, config: LogConfig, jitterMs: number): boolean {
  if (segment.sizeBytes === 0) return false
  if (segment.sizeBytes > config.segmentBytes - arriving.sizeBytes) return true
  const firstMs = segment.firstTimestampMs() ?? -1
  const waitedMs = firstMs >= 0 ? arriving.maxTimestampMs - firstMs : arriving.nowMs - segment.createdMs
  if (waitedMs > segmentMsOf(config) - jitterMs) return true
  if (segment.index.count >= Math.floor(config.segmentIndexBytes / 8)) return true
  // One slot of the time index is kept for the final entry.
  if (segment.timeIndex.count >= Math.floor(config.segmentIndexBytes / 12) - 1) return true
  return !segment.canHold(arriving.lastOffset)
}

/** A record in the active segment is never compacted, so max.compaction.lag.ms ends the segment too. */
function segmentMsOf({ segmentMs, maxCompactionLagMs, cleanupPolicy }: LogConfig): number {
  const isBounded = maxCompactionLagMs < segmentMs && maxCompactionLagMs > 0 && cleanupPolicy.has('compact')
  return isBounded ? maxCompactionLagMs : segmentMs
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
  const firstSequence = baseSequence(records, 0)
  if (transactional && !isInTransaction(entry, id, epoch))
    checkBeginning(entry, id, firstSequence, firstOffset, options)
  const isClient = options.origin === 'client'
  checkDataBatch(entry, { producerId: id, epoch, firstSequence, firstOffset, isTransactional: transactional }, isClient)
  return undefined
}

/** Whether the producer's transaction is already open here. Throws when another one has the producer's id by now. */
export function isInTransaction(entry: ProducerEntry | undefined, id: number, epoch: number): boolean {
  if (entry === undefined) return false
  if (epoch < entry.epoch) {
    const seen = `which is smaller than the last seen epoch ${entry.epoch}`
    throw new KafkaError('INVALID_PRODUCER_EPOCH', `Epoch of producer ${id} is ${epoch}, ${seen}`)
  }
  return entry.currentTransactionFirstOffset >= 0 && entry.epoch === epoch
}

function checkBeginning(
  entry: ProducerEntry | undefined,
  id: number,
  firstSequence: number,
  firstOffset: number,
  options: AppendOptions
): void {
  if (options.transactionVerified === false) {
    throw new KafkaError('INVALID_TXN_STATE', 'Record was not part of an ongoing transaction')
  }
  if (options.addsToTransaction !== true || firstSequence === 0 || (entry?.batches.length ?? 0) > 0) return
  throw new KafkaError(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `Invalid sequence number for producer ${id} at offset ${firstOffset}: ${firstSequence} (incoming seq. number). ` +
      'A transaction that begins in a log without state of its producer begins with sequence 0.'
  )
}
