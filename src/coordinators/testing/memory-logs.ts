// __consumer_offsets in memory: real batches at real offsets, and a disk that can refuse.
import type { KafkaError } from '../../error-codes.ts'
import { lastOffset, lastOffsetDelta, setBaseOffset } from '../../records/batch-header.ts'
import type { CoordinatorLog, CoordinatorLogs } from '../shard.ts'

export class MemoryLog implements CoordinatorLog {
  readonly batches: Buffer[] = []
  endOffset = 0
  /** Thrown by the next appends while it is set. */
  failure: KafkaError | undefined

  /** Set: what is appended must be synced by it before it is acknowledged. */
  sync: (() => Promise<void>) | undefined

  append(batch: Buffer): { lastOffset: number; sync: (() => Promise<void>) | undefined } {
    if (this.failure !== undefined) throw this.failure
    setBaseOffset(batch, 0, this.endOffset)
    this.endOffset += lastOffsetDelta(batch, 0) + 1
    this.batches.push(Buffer.from(batch))
    return { lastOffset: lastOffset(batch, 0), sync: this.sync }
  }

  appendMarker(batch: Buffer): void {
    this.append(batch)
  }

  readAll(visit: (batches: Buffer) => void): void {
    // Reused and then overwritten, as a real reader may do: whoever keeps bytes must have copied them.
    for (const batch of this.batches) {
      const lent = Buffer.from(batch)
      visit(lent)
      lent.fill(0xee)
    }
  }
}

export class MemoryLogs implements CoordinatorLogs {
  readonly #partitionCount: number
  #logs: MemoryLog[] | undefined

  constructor(partitionCount = 1, exists = true) {
    this.#partitionCount = partitionCount
    if (exists) this.partitionCount()
  }

  partitionCount(): number {
    this.#logs ??= Array.from({ length: this.#partitionCount }, () => new MemoryLog())
    return this.#partitionCount
  }

  exists(): boolean {
    return this.#logs !== undefined
  }

  log(partition: number): MemoryLog | undefined {
    return this.#logs?.[partition]
  }
}
