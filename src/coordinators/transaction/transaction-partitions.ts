// The partitions of a transaction: topic to partition numbers. Never changed in place, so that a state can be kept while
// the next one is written.

export type TransactionPartitions = ReadonlyMap<string, ReadonlySet<number>>

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export const NO_PARTITIONS: TransactionPartitions = new Map()

export const hasPartition = (all: TransactionPartitions, { topic, partition }: TopicPartition): boolean =>
  all.get(topic)?.has(partition) === true

export function withPartitions(all: TransactionPartitions, added: Iterable<TopicPartition>): TransactionPartitions {
  const topics = new Map(Array.from(all, ([topic, partitions]) => [topic, new Set(partitions)]))
  for (const { topic, partition } of added) {
    const partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, new Set([partition]))
    else partitions.add(partition)
  }
  return topics
}

export function* eachPartition(all: TransactionPartitions): Iterable<TopicPartition> {
  for (const [topic, partitions] of all) for (const partition of partitions) yield { topic, partition }
}
