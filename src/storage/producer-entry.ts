// What a log remembers of one producer: its epoch, its last five batches (to answer a repeated one with the offset it
// got, KIP-98), and its open transaction.

import { decrementSequence } from '../records/batch-header.ts'

export const RETAINED_BATCHES = 5

export interface AppendedBatch {
  lastSequence: number
  lastOffset: number
  offsetDelta: number
  timestampMs: number
}

export class ProducerEntry {
  readonly producerId: number
  epoch = -1
  coordinatorEpoch = -1
  lastTimestampMs = -1
  /** -1: no transaction is open. */
  currentTransactionFirstOffset = -1
  /** Oldest first. */
  readonly batches: AppendedBatch[] = []

  constructor(producerId: number) {
    this.producerId = producerId
  }

  get lastSequence(): number {
    return this.batches.length === 0 ? -1 : this.batches[this.batches.length - 1].lastSequence
  }

  get lastOffset(): number {
    return this.batches.length === 0 ? -1 : this.batches[this.batches.length - 1].lastOffset
  }

  get lastOffsetDelta(): number {
    return this.batches.length === 0 ? 0 : this.batches[this.batches.length - 1].offsetDelta
  }

  setEpoch(epoch: number): void {
    if (this.epoch === epoch) return
    this.batches.length = 0
    this.epoch = epoch
  }

  pushBatch(lastSequence: number, lastOffset: number, offsetDelta: number, timestampMs: number): void {
    const batches = this.batches
    if (batches.length < RETAINED_BATCHES) {
      batches.push({ lastSequence, lastOffset, offsetDelta, timestampMs })
      return
    }
    // The oldest one's object is used again: this runs for every batch of every idempotent producer.
    const reused = batches[0]
    for (let index = 1; index < RETAINED_BATCHES; index++) batches[index - 1] = batches[index]
    reused.lastSequence = lastSequence
    reused.lastOffset = lastOffset
    reused.offsetDelta = offsetDelta
    reused.timestampMs = timestampMs
    batches[RETAINED_BATCHES - 1] = reused
  }

  /** The remembered batch with exactly these sequences. */
  findDuplicate(epoch: number, firstSequence: number, lastSequence: number): AppendedBatch | undefined {
    if (epoch !== this.epoch) return undefined
    for (const batch of this.batches) {
      if (batch.lastSequence !== lastSequence) continue
      if (decrementSequence(batch.lastSequence, batch.offsetDelta) === firstSequence) return batch
    }
    return undefined
  }
}
