// One partition of one fetch: what the client asks of it and, in a fetch session, what it was told last. Entries of a
// session live as long as the session; those of a fetch without one live as long as the request.
import { ErrorCode } from '../error-codes.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { Partition, PartitionWatcher } from './partition.ts'
import type { Partitions } from './partitions.ts'

/** What a request says about a partition; fields as in the Fetch request. */
export interface PartitionToFetch {
  readonly partition: number
  readonly currentLeaderEpoch: number
  readonly fetchOffset: number
  readonly lastFetchedEpoch: number
  readonly partitionMaxBytes: number
}

/** The set that an entry belongs to: see FetchSet. */
export interface FetchPartitionOwner {
  entryChanged(entry: FetchPartition, appendedBytes: number): void
  wake(): void
}

export class FetchPartition implements PartitionWatcher {
  readonly #owner: FetchPartitionOwner
  /** Null while the topic id has never been known here; kept when the topic is deleted. */
  topic: string | null
  /** ZERO_UUID when the client names topics. */
  readonly topicId: string
  readonly index: number
  partition: Partition | undefined

  fetchOffset = 0
  maxBytes = 0
  currentLeaderEpoch = -1
  lastFetchedEpoch = -1

  /** What the client of the session knows; an answer that adds nothing to it is left out. */
  highWatermark = -1
  logStartOffset = -1

  /** In the set's list of changed entries: its answer may differ from what the client knows. */
  isChanged = false
  watchIndex = -1

  constructor(owner: FetchPartitionOwner, topic: string | null, topicId: string, index: number) {
    this.#owner = owner
    this.topic = topic
    this.topicId = topicId
    this.index = index
  }

  update(wanted: PartitionToFetch): void {
    this.fetchOffset = wanted.fetchOffset
    this.maxBytes = wanted.partitionMaxBytes
    this.currentLeaderEpoch = wanted.currentLeaderEpoch
    this.lastFetchedEpoch = wanted.lastFetchedEpoch
  }

  /** Finds the partition; the result is the error that the client gets, NONE when it is there. */
  resolve(partitions: Partitions): ErrorCode {
    if (this.partition !== undefined && !this.partition.isDeleted) return ErrorCode.NONE
    this.partition = undefined
    return this.topicId === ZERO_UUID
      ? this.#resolveByName(partitions, this.topic ?? '')
      : this.#resolveById(partitions)
  }

  #resolveByName(partitions: Partitions, topic: string): ErrorCode {
    this.partition = partitions.get(topic, this.index)
    return this.partition === undefined ? partitions.whyMissing(topic, this.index) : ErrorCode.NONE
  }

  #resolveById(partitions: Partitions): ErrorCode {
    const topic = partitions.topicById(this.topicId)
    if (topic !== undefined) {
      this.topic = topic.name
      return this.#resolveByName(partitions, topic.name)
    }
    if (this.topic === null) return ErrorCode.UNKNOWN_TOPIC_ID
    // Known once, so the topic was deleted; a namesake made since then is another topic.
    const namesake = partitions.get(this.topic, this.index)
    return namesake === undefined ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INCONSISTENT_TOPIC_ID
  }

  partitionChanged(appendedBytes: number): void {
    this.#owner.entryChanged(this, appendedBytes)
  }

  partitionDeleted(): void {
    this.#owner.entryChanged(this, 0)
    this.#owner.wake()
  }

  watch(): void {
    if (this.watchIndex === -1) this.partition?.watch(this)
  }

  unwatch(): void {
    if (this.watchIndex !== -1) this.partition?.unwatch(this)
  }
}
