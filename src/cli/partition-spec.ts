// Lists of partitions as users write them: `0,2-4`; with a topic before it, `orders:0,2-4`.
import type { Client } from '../client/client.ts'
import { UsageError } from '../client/errors.ts'
import type { TopicPartition } from '../client/leaders.ts'
import { KafkaError } from '../error-codes.ts'

export function parsePartitions(text: string): number[] {
  const partitions = new Set<number>()
  for (const item of text.split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(item.trim())
    if (range === null) throw new UsageError(`bad partitions '${text}': want numbers or ranges such as 0,2-4`)
    const first = Number(range[1])
    const last = Number(range[2] ?? first)
    if (last < first || last - first > 100_000) throw new UsageError(`bad partitions '${text}': ${item} is no range`)
    for (let partition = first; partition <= last; partition++) partitions.add(partition)
  }
  return [...partitions].sort((a, b) => a - b)
}

export interface TopicSelection {
  readonly topic: string
  /** All when absent. */
  readonly partitions?: readonly number[]
}

/** A topic name holds no colon, so what stands behind one is partitions. */
export function parseTopicSelection(text: string): TopicSelection {
  const colon = text.indexOf(':')
  if (colon < 0) return { topic: text }
  return { topic: text.slice(0, colon), partitions: parsePartitions(text.slice(colon + 1)) }
}

/** The partitions that are meant; throws for a topic or partition that is not there. */
export async function selectPartitions(
  client: Client,
  selections: readonly TopicSelection[]
): Promise<TopicPartition[]> {
  const selected: TopicPartition[] = []
  for (const { topic, partitions } of selections) {
    const known = (await client.topic(topic)).partitions
    for (const partition of partitions ?? known.map(({ partition }) => partition)) {
      if (partition >= known.length) {
        const message = `topic '${topic}' has no partition ${partition}, only 0 to ${known.length - 1}`
        throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message)
      }
      selected.push({ topic, partition })
    }
  }
  return selected
}
