// Committed offsets, by group, topic and partition. No empty map is ever kept.

export interface CommittedOffset {
  /** Where its record stands in the log: the later of a plain and a transactional commit wins. */
  readonly recordOffset: number
  readonly offset: number
  /** -1 when the client did not tell. */
  readonly leaderEpoch: number
  readonly metadata: string
  readonly commitTimestampMs: number
  /** Only in commits of old clients that asked for an own retention; -1 otherwise. */
  readonly expireTimestampMs: number
  /** The zero id when it was not known. */
  readonly topicId: string
}

export type PartitionOffsets = ReadonlyMap<number, CommittedOffset>
export type TopicOffsets = ReadonlyMap<string, PartitionOffsets>

export class CommittedOffsets {
  readonly #groups = new Map<string, Map<string, Map<number, CommittedOffset>>>()

  get(groupId: string, topic: string, partition: number): CommittedOffset | undefined {
    return this.#groups.get(groupId)?.get(topic)?.get(partition)
  }

  ofGroup(groupId: string): TopicOffsets | undefined {
    return this.#groups.get(groupId)
  }

  groups(): Iterable<[groupId: string, topics: TopicOffsets]> {
    return this.#groups
  }

  put(groupId: string, topic: string, partition: number, offset: CommittedOffset): void {
    let topics = this.#groups.get(groupId)
    if (topics === undefined) {
      topics = new Map()
      this.#groups.set(groupId, topics)
    }
    let partitions = topics.get(topic)
    if (partitions === undefined) {
      partitions = new Map()
      topics.set(topic, partitions)
    }
    partitions.set(partition, offset)
  }

  remove(groupId: string, topic: string, partition: number): void {
    const topics = this.#groups.get(groupId)
    const partitions = topics?.get(topic)
    if (topics === undefined || partitions?.delete(partition) !== true) return
    if (partitions.size === 0) topics.delete(topic)
    if (topics.size === 0) this.#groups.delete(groupId)
  }
}
