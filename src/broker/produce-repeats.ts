// A Produce request that names a topic or a partition more than once: no client does, Apache Kafka has an answer.
import type { produce } from '../protocol/messages/produce.ts'
import type { RequestOf } from '../protocol/schema.ts'

type TopicData = RequestOf<typeof produce>['topicData']

/** A topic named twice is one topic; of a partition named twice only the last records count, as in Apache Kafka. */
export function withoutRepeats(topicData: TopicData): TopicData {
  if (!hasRepeats(topicData)) return topicData
  const topics = new Map<string, TopicData[number]>()
  for (const { name, topicId, partitionData } of topicData) {
    const key = `${topicId}${name}`
    const topic = topics.get(key) ?? { name, topicId, partitionData: [] }
    topics.set(key, topic)
    for (const partition of partitionData) {
      const at = topic.partitionData.findIndex(({ index }) => index === partition.index)
      topic.partitionData.splice(at === -1 ? topic.partitionData.length : at, at === -1 ? 0 : 1, partition)
    }
  }
  return [...topics.values()]
}

function hasRepeats(topicData: TopicData): boolean {
  if (topicData.length > 1) {
    const names = new Set<string>()
    for (const { name, topicId } of topicData) names.add(`${topicId}${name}`)
    if (names.size < topicData.length) return true
  }
  for (const { partitionData } of topicData) {
    // A loop in a loop is the cheapest for the few partitions of the usual request.
    if (partitionData.length > 16) {
      if (new Set(partitionData.map(({ index }) => index)).size < partitionData.length) return true
    } else {
      for (let i = 1; i < partitionData.length; i++) {
        for (let k = 0; k < i; k++) if (partitionData[k].index === partitionData[i].index) return true
      }
    }
  }
  return false
}
