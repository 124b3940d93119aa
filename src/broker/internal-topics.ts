// Topics that Apache Kafka keeps for itself: clients may read them, not write or delete their records.
const INTERNAL_TOPICS: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state'
])

export function isInternalTopic(topic: string): boolean {
  // Told by two characters for every other topic: this runs for every produced batch.
  return topic.startsWith('__') && INTERNAL_TOPICS.has(topic)
}
