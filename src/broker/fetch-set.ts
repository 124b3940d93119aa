// The partitions that one fetch, or one fetch session, is about, and the list of those that may have something new.
//
// What a fetch costs depends on that list, not on how many partitions the client is subscribed to: an entry that has
// nothing to give watches its partition and leaves the list; the next append puts it back. An entry in the list stops
// watching at the first append that no waiting fetch cares about, so an abandoned session costs nothing.
import { FetchPartition, type PartitionToFetch } from './fetch-partition.ts'

/** A fetch that waits for the entries of a set. */
export interface FetchWaiter {
  bytesAppended(sizeBytes: number): void
  /** Answer now, with what there is. */
  finish(): void
}

export class FetchSet {
  readonly usesTopicIds: boolean
  /** In the order in which the client named them. */
  readonly #byTopic = new Map<string, Map<number, FetchPartition>>()
  #size = 0
  /** First to answer first: entries that gave records go to the end, so that none starves. */
  changed: FetchPartition[] = []
  waiter: FetchWaiter | undefined

  constructor(usesTopicIds: boolean) {
    this.usesTopicIds = usesTopicIds
  }

  get size(): number {
    return this.#size
  }

  /** Adds an entry, or changes what is asked of an existing one; either way it may have something new now. */
  put(topic: string | null, topicId: string, wanted: PartitionToFetch): void {
    const key = this.usesTopicIds ? topicId : topic!
    let ofTopic = this.#byTopic.get(key)
    if (ofTopic === undefined) {
      ofTopic = new Map()
      this.#byTopic.set(key, ofTopic)
    }
    let entry = ofTopic.get(wanted.partition)
    if (entry === undefined) {
      entry = new FetchPartition(this, topic, topicId, wanted.partition)
      ofTopic.set(wanted.partition, entry)
      this.#size++
    }
    entry.update(wanted)
    this.markChanged(entry)
  }

  forget(key: string, index: number): void {
    const ofTopic = this.#byTopic.get(key)
    const entry = ofTopic?.get(index)
    if (ofTopic === undefined || entry === undefined) return
    ofTopic.delete(index)
    if (ofTopic.size === 0) this.#byTopic.delete(key)
    this.#size--
    entry.unwatch()
    if (entry.isChanged) this.changed.splice(this.changed.indexOf(entry), 1)
    entry.isChanged = false
  }

  markChanged(entry: FetchPartition): void {
    if (entry.isChanged) return
    entry.isChanged = true
    this.changed.push(entry)
  }

  entryChanged(entry: FetchPartition, appendedBytes: number): void {
    this.markChanged(entry)
    if (this.waiter === undefined) entry.unwatch()
    else if (appendedBytes > 0) this.waiter.bytesAppended(Math.min(appendedBytes, entry.maxBytes))
  }

  wake(): void {
    this.waiter?.finish()
  }

  /** Every entry watches its partition while a fetch waits; those not in the list of changed ones do already. */
  watchChanged(): void {
    for (const entry of this.changed) entry.watch()
  }

  /** The client needs this set no more. */
  close(): void {
    this.wake()
    this.unwatchAll()
  }

  unwatchAll(): void {
    for (const ofTopic of this.#byTopic.values()) for (const entry of ofTopic.values()) entry.unwatch()
  }
}
