// What compaction has to know of transactions while it walks a log: which batches were aborted and may go, and which markers
// no longer have any batch to speak for.

import { isTransactional, lastOffset, producerId } from '../records/batch-header.ts'
import { endTransactionMarker } from '../records/control-record.ts'
import type { AbortedTransaction, TransactionIndex } from './transaction-index.ts'

interface OngoingAbort {
  transaction: AbortedTransaction
  hasBatch: boolean
}

export class CompactionTransactions {
  /** Where the aborted transactions go whose markers stay; none while the map is built. */
  index: TransactionIndex | undefined
  /** Not reached yet, ascending by first offset. */
  #ahead: AbortedTransaction[] = []
  readonly #aborted = new Map<number, OngoingAbort>()
  /** Producers of which a batch was seen since their last marker. */
  readonly #committed = new Set<number>()

  /** Of the part of the log that comes next. One that spans segments is added for each of them. */
  add(transactions: readonly AbortedTransaction[]): void {
    this.#ahead = [...this.#ahead, ...transactions].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Whether the batch belongs to an aborted transaction. */
  isAbortedBatch(buffer: Buffer, at: number): boolean {
    this.#reach(lastOffset(buffer, at))
    if (!isTransactional(buffer, at)) return false
    const id = producerId(buffer, at)
    const aborted = this.#aborted.get(id)
    if (aborted === undefined) {
      this.#committed.add(id)
      return false
    }
    aborted.hasBatch = true
    return true
  }

  /** Whether the marker has outlived every batch of its transaction. */
  isMarkerOfNothing(buffer: Buffer, at: number): boolean {
    this.#reach(lastOffset(buffer, at))
    const marker = endTransactionMarker(buffer, at)
    if (marker === undefined) return true
    const id = producerId(buffer, at)
    if (marker.type === 'COMMIT') return !this.#committed.delete(id)
    const aborted = this.#aborted.get(id)
    this.#aborted.delete(id)
    if (aborted === undefined || !aborted.hasBatch) return true
    this.index?.append(aborted.transaction)
    return false
  }

  #reach(offset: number): void {
    let count = 0
    for (const transaction of this.#ahead) {
      if (transaction.firstOffset > offset) break
      count++
      if (this.#aborted.has(transaction.producerId)) continue
      this.#aborted.set(transaction.producerId, { transaction, hasBatch: false })
    }
    if (count > 0) this.#ahead = this.#ahead.slice(count)
  }
}
