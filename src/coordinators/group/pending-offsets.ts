// Offsets committed inside transactions that are still open, by producer. They count once the transaction commits, and
// until then a client that asks for stable offsets is told to wait.
import { type CommittedOffset, CommittedOffsets } from './committed-offsets.ts'

export class PendingOffsets {
  readonly #byProducer = new Map<number, CommittedOffsets>()

  get isEmpty(): boolean {
    return this.#byProducer.size === 0
  }

  producers(): Iterable<[producerId: number, offsets: CommittedOffsets]> {
    return this.#byProducer
  }

  put(producerId: number, groupId: string, topic: string, partition: number, offset: CommittedOffset): void {
    let offsets = this.#byProducer.get(producerId)
    if (offsets === undefined) {
      offsets = new CommittedOffsets()
      this.#byProducer.set(producerId, offsets)
    }
    offsets.put(groupId, topic, partition, offset)
  }

  /** A tombstone: whatever open transactions wrote for the partition is void. */
  remove(groupId: string, topic: string, partition: number): void {
    for (const offsets of this.#byProducer.values()) offsets.remove(groupId, topic, partition)
  }

  /** The transaction ended; what it had pending is handed over. */
  take(producerId: number): CommittedOffsets | undefined {
    const offsets = this.#byProducer.get(producerId)
    this.#byProducer.delete(producerId)
    return offsets
  }

  has(groupId: string, topic: string, partition: number): boolean {
    for (const offsets of this.#byProducer.values()) {
      if (offsets.get(groupId, topic, partition) !== undefined) return true
    }
    return false
  }

  hasGroup(groupId: string): boolean {
    for (const offsets of this.#byProducer.values()) if (offsets.ofGroup(groupId) !== undefined) return true
    return false
  }
}
