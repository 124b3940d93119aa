// Reading segments again: after an unclean stop, where indexes are missing, and to learn what producers did since their
// last snapshot. Only what the recovery point does not cover is checked; the first bad batch there ends the log.

import {
  baseOffset,
  crcIsValid,
  isControl,
  lastOffset,
  magic,
  maxTimestamp,
  NO_PRODUCER_ID,
  partitionLeaderEpoch,
  producerId
} from '../records/batch-header.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import type { ProducerState } from './producer-state.ts'
import type { Segment } from './segment.ts'
import { CorruptSegmentError, type SegmentScan } from './segment-scan.ts'

const SCAN_BUFFER_BYTES = 1024 * 1024
const HEADER_SCAN_BUFFER_BYTES = 64 * 1024

/** The metadata log is damaged in the middle: cutting it there would silently take topics with it. */
export class CorruptLogError extends Error {}

export interface RecoveryResult {
  /** Where the good part of the file ends. */
  validBytes: number
  /** Why it ends there, when that is before the end of the file. */
  reason: string | undefined
  nextOffset: number
}

export interface RecoveryInput {
  segment: Segment
  indexIntervalBytes: number
  producers: ProducerState
  /** Gains the epochs that the file did not have yet. */
  epochs: LeaderEpochs
}

/** Checks every batch and builds the three indexes, producer state and epochs anew. Does not cut the file. */
export function recoverSegment(input: RecoveryInput): RecoveryResult {
  const { segment, producers, epochs } = input
  segment.resetIndexes()
  const scan = segment.scan(0, SCAN_BUFFER_BYTES)
  let nextOffset = segment.baseOffset
  let reason: string | undefined
  try {
    while (scan.next()) {
      reason = defectOf(scan, segment, nextOffset)
      if (reason !== undefined) break
      const { buffer, at } = scan
      const last = lastOffset(buffer, at)
      segment.noteBatch(scan.size, scan.position, last, maxTimestamp(buffer, at), input.indexIntervalBytes)
      noteEpoch(epochs, buffer, at)
      applyToProducers(producers, segment, buffer, at)
      nextOffset = last + 1
    }
  } catch (error) {
    if (!(error instanceof CorruptSegmentError)) throw error
    reason = error.message
  }
  segment.noteFinalTimestamp()
  if (reason === undefined && scan.position < segment.sizeBytes) reason = 'a torn batch'
  return { validBytes: scan.position, reason, nextOffset }
}

function defectOf(scan: SegmentScan, segment: Segment, nextOffset: number): string | undefined {
  scan.loadWhole()
  const { buffer, at } = scan
  if (!crcIsValid(buffer, at)) return 'a batch whose checksum is wrong'
  // A legacy wrapper has only its last offset.
  const first = magic(buffer, at) < 2 ? lastOffset(buffer, at) : baseOffset(buffer, at)
  if (first < nextOffset || lastOffset(buffer, at) < first) return `a batch at offset ${first} after ${nextOffset - 1}`
  if (!segment.canHold(lastOffset(buffer, at)))
    return `offset ${lastOffset(buffer, at)} too far from the segment's base`
  return undefined
}

function applyToProducers(producers: ProducerState, segment: Segment, buffer: Buffer, at: number): void {
  const completed = producers.apply(buffer, at)
  if (completed === undefined) return
  const lastStableOffset = producers.lastStableOffsetAfter(completed)
  if (completed.isAborted) segment.transactionIndex.append({ ...completed, lastStableOffset })
  producers.complete(completed)
}

function noteEpoch(epochs: LeaderEpochs, buffer: Buffer, at: number): void {
  const epoch = partitionLeaderEpoch(buffer, at)
  if (epoch >= 0 && epoch > (epochs.latest ?? -1)) epochs.assign(epoch, baseOffset(buffer, at))
}

/** The epochs of a segment's batches, up to the first that cannot be one. */
export function collectEpochs(segment: Segment, epochs: LeaderEpochs): void {
  const scan = segment.scan(0, HEADER_SCAN_BUFFER_BYTES)
  try {
    while (scan.next()) noteEpoch(epochs, scan.buffer, scan.at)
  } catch (error) {
    if (!(error instanceof CorruptSegmentError)) throw error
  }
}

/** Brings producer state from its end offset up to the segment's end, headers only. Indexes stay as they are. */
export function replayProducers(segment: Segment, producers: ProducerState, upTo: number): void {
  if (segment.sizeBytes === 0) return
  const scan = segment.scan(segment.index.positionFor(producers.endOffset), HEADER_SCAN_BUFFER_BYTES)
  while (scan.next()) {
    const last = lastOffset(scan.buffer, scan.at)
    if (last < producers.endOffset) continue
    if (last >= upTo) return
    if (producerId(scan.buffer, scan.at) > NO_PRODUCER_ID && isControl(scan.buffer, scan.at)) scan.loadWhole()
    const completed = producers.apply(scan.buffer, scan.at)
    if (completed !== undefined) producers.complete(completed)
  }
}

export interface DamageEpochs {
  /** Of the bad batch, where its header can be read. */
  ofBad: number | undefined
  /** The greatest among the good batches after it; undefined when there are none. */
  after: number | undefined
}

export function epochsAtDamage(segment: Segment, position: number): DamageEpochs {
  const scan = segment.scan(position, SCAN_BUFFER_BYTES)
  const epochs: DamageEpochs = { ofBad: undefined, after: undefined }
  try {
    while (scan.next()) {
      scan.loadWhole()
      const epoch = partitionLeaderEpoch(scan.buffer, scan.at)
      if (crcIsValid(scan.buffer, scan.at)) epochs.after = Math.max(epochs.after ?? -1, epoch)
      else epochs.ofBad ??= epoch
    }
  } catch (error) {
    if (!(error instanceof CorruptSegmentError)) throw error
  }
  return epochs
}
