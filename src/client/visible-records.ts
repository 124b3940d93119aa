// From a partition's part of a fetch response to the records an application sees: nothing before the offset it asked
// for, no control records, and with read_committed nothing of an aborted transaction.
import { KafkaError } from '../error-codes.ts'
import { crcIsValid, isControl, isTransactional, lastOffset, magic, producerId } from '../records/batch-header.ts'
import { endTransactionMarker } from '../records/control-record.ts'
import { batches, recordsOf } from '../records/iterate.ts'
import type { RecordView } from '../records/record-view.ts'

export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

export interface Visible {
  readonly records: RecordView[]
  /** Behind the last complete batch, whether or not it showed a record. */
  readonly nextOffset: number
}

export interface VisibleOptions {
  readonly fromOffset: number
  /** Given with read_committed only. */
  readonly abortedTransactions?: readonly AbortedTransaction[] | null
  readonly checkCrc?: boolean
}

export function visibleRecords(buffer: Buffer, options: VisibleOptions): Visible {
  const aborted = new AbortedProducers(options.abortedTransactions ?? [])
  const records: RecordView[] = []
  let nextOffset = options.fromOffset
  for (const position of batches(buffer)) {
    const isLegacy = magic(buffer, position) < 2
    if (options.checkCrc !== false && !isLegacy && !crcIsValid(buffer, position)) {
      throw new KafkaError('CORRUPT_MESSAGE', `the batch behind offset ${nextOffset} has a wrong CRC`)
    }
    if (isLegacy || !aborted.hides(buffer, position)) {
      for (const record of recordsOf(buffer, position)) {
        if (record.offset >= options.fromOffset) records.push(record)
        if (isLegacy) nextOffset = Math.max(nextOffset, record.offset + 1)
      }
    }
    if (!isLegacy) nextOffset = Math.max(nextOffset, lastOffset(buffer, position) + 1)
  }
  return { records, nextOffset }
}

// The broker lists the aborted transactions that touch the range. A producer is aborted from its transaction's first
// offset up to its ABORT marker; markers are met on the way.
class AbortedProducers {
  readonly #upcoming: AbortedTransaction[]
  readonly #active = new Set<number>()

  constructor(transactions: readonly AbortedTransaction[]) {
    this.#upcoming = [...transactions].sort((a, b) => b.firstOffset - a.firstOffset)
  }

  hides(buffer: Buffer, position: number): boolean {
    const last = lastOffset(buffer, position)
    while (this.#upcoming.length > 0 && this.#upcoming[this.#upcoming.length - 1].firstOffset <= last) {
      this.#active.add(this.#upcoming.pop()!.producerId)
    }
    const producer = producerId(buffer, position)
    if (isControl(buffer, position)) {
      if (this.#active.has(producer) && endTransactionMarker(buffer, position)?.type !== 'COMMIT') {
        this.#active.delete(producer)
      }
      return true
    }
    return isTransactional(buffer, position) && this.#active.has(producer)
  }
}
