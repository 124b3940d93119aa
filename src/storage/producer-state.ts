// The producers of one log: who may append next, which transactions are open (the last stable offset), and the snapshot
// files that save reading the log again at the next start.

import {
  baseOffset,
  baseSequence,
  isControl,
  isTransactional,
  lastOffset,
  lastOffsetDelta,
  lastSequence,
  maxTimestamp,
  NO_PRODUCER_ID,
  producerEpoch,
  producerId
} from '../records/batch-header.ts'
import { type EndTransactionMarker, endTransactionMarker } from '../records/control-record.ts'
import { type AppendedBatch, ProducerEntry } from './producer-entry.ts'
import { decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts'

export interface CompletedTransaction {
  producerId: number
  firstOffset: number
  /** Of the marker. */
  lastOffset: number
  isAborted: boolean
}

export interface ProducerStateView {
  producerId: number
  producerEpoch: number
  lastSequence: number
  lastTimestampMs: number
  coordinatorEpoch: number
  currentTransactionFirstOffset: number
}

const NONE: ReadonlyMap<number, ProducerEntry> = new Map()

export class ProducerState {
  /** Made when the first producer appears: most logs of a broker never see one. */
  #producers: Map<number, ProducerEntry> | undefined
  /** First offset of each open transaction, ascending, to its producer. */
  #open: Map<number, number> | undefined
  /** The state covers everything below. */
  endOffset = 0

  get producers(): ReadonlyMap<number, ProducerEntry> {
    return this.#producers ?? NONE
  }

  entry(id: number): ProducerEntry | undefined {
    return this.#producers?.get(id)
  }

  /** Where the oldest open transaction began: what lies there and after is not stable yet. */
  get firstUnstableOffset(): number | undefined {
    return this.#open?.keys().next().value
  }

  findDuplicate(records: Buffer, at: number): AppendedBatch | undefined {
    return this.#producers
      ?.get(producerId(records, at))
      ?.findDuplicate(producerEpoch(records, at), baseSequence(records, at), lastSequence(records, at))
  }

  /**
   * Takes in a batch that is in the log. For a marker that ends a transaction with data, says which. The marker is passed
   * in where it was read already.
   */
  apply(records: Buffer, at: number, marker?: EndTransactionMarker): CompletedTransaction | undefined {
    const end = lastOffset(records, at) + 1
    const id = producerId(records, at)
    if (id <= NO_PRODUCER_ID) {
      this.endOffset = end
      return undefined
    }
    let completed: CompletedTransaction | undefined
    if (isControl(records, at))
      completed = this.#applyMarker(records, at, id, marker ?? endTransactionMarker(records, at))
    else this.#applyData(records, at, id)
    this.endOffset = end
    return completed
  }

  #applyData(records: Buffer, at: number, id: number): void {
    const entry = this.#entryFor(id)
    const timestampMs = maxTimestamp(records, at)
    entry.setEpoch(producerEpoch(records, at))
    entry.pushBatch(lastSequence(records, at), lastOffset(records, at), lastOffsetDelta(records, at), timestampMs)
    entry.lastTimestampMs = timestampMs
    if (isTransactional(records, at) && entry.currentTransactionFirstOffset < 0) {
      entry.currentTransactionFirstOffset = baseOffset(records, at)
      this.#open ??= new Map()
      this.#open.set(entry.currentTransactionFirstOffset, id)
    }
  }

  /** An emptied marker batch (compaction) says nothing any more. */
  #applyMarker(
    records: Buffer,
    at: number,
    id: number,
    marker: EndTransactionMarker | undefined
  ): CompletedTransaction | undefined {
    if (marker === undefined) return undefined
    const entry = this.#entryFor(id)
    const firstOffset = entry.currentTransactionFirstOffset
    entry.setEpoch(producerEpoch(records, at))
    entry.coordinatorEpoch = marker.coordinatorEpoch
    entry.lastTimestampMs = maxTimestamp(records, at)
    entry.currentTransactionFirstOffset = -1
    if (firstOffset < 0) return undefined
    return { producerId: id, firstOffset, lastOffset: baseOffset(records, at), isAborted: marker.type === 'ABORT' }
  }

  /**
   * The last stable offset right after a transaction ended: the first other one still open, or the offset after the
   * marker. Goes into the transaction index; then `complete` forgets the transaction.
   */
  lastStableOffsetAfter(completed: CompletedTransaction): number {
    for (const [firstOffset, id] of this.#open ?? []) if (id !== completed.producerId) return firstOffset
    return completed.lastOffset + 1
  }

  complete(completed: CompletedTransaction): void {
    this.#open?.delete(completed.firstOffset)
  }

  /** Producers without an open transaction that have been silent for too long are forgotten. */
  removeExpired(nowMs: number, expirationMs: number): void {
    for (const [id, entry] of this.#producers ?? []) {
      const isIdle = entry.currentTransactionFirstOffset < 0
      if (isIdle && nowMs - entry.lastTimestampMs >= expirationMs) this.#producers?.delete(id)
    }
  }

  views(): ProducerStateView[] {
    return Array.from(this.producers.values(), (entry) => ({
      producerId: entry.producerId,
      producerEpoch: entry.epoch,
      lastSequence: entry.lastSequence,
      lastTimestampMs: entry.lastTimestampMs,
      coordinatorEpoch: entry.coordinatorEpoch,
      currentTransactionFirstOffset: entry.currentTransactionFirstOffset
    }))
  }

  clear(endOffset: number): void {
    this.#producers = undefined
    this.#open = undefined
    this.endOffset = endOffset
  }

  encodeSnapshot(): Buffer {
    return encodeProducerSnapshot(this.producers)
  }

  /** Replaces everything by a snapshot's content. Throws CorruptSnapshotError. */
  loadSnapshot(bytes: Buffer, endOffset: number, nowMs: number, expirationMs: number): void {
    const entries = decodeProducerSnapshot(bytes)
    this.clear(endOffset)
    if (entries.length > 0) this.#producers = new Map(entries.map((entry) => [entry.producerId, entry]))
    this.removeExpired(nowMs, expirationMs)
    const open = [...this.producers.values()].filter((entry) => entry.currentTransactionFirstOffset >= 0)
    if (open.length === 0) return
    open.sort((a, b) => a.currentTransactionFirstOffset - b.currentTransactionFirstOffset)
    this.#open = new Map(open.map((entry) => [entry.currentTransactionFirstOffset, entry.producerId]))
  }

  #entryFor(id: number): ProducerEntry {
    this.#producers ??= new Map()
    let entry = this.#producers.get(id)
    if (entry === undefined) {
      entry = new ProducerEntry(id)
      this.#producers.set(id, entry)
    }
    return entry
  }
}
