// What a group has committed, set against where its partitions end, with the member that owns each.
import type { Client } from '../../client/client.ts'
import type { CommittedOffset } from '../../client/group-offsets.ts'
import type { GroupDescription, GroupMemberDescription } from '../../client/groups.ts'
import { partitionKey, type TopicPartition } from '../../client/leaders.ts'
import { LATEST_TIMESTAMP, offsetsFor } from '../../client/list-offsets.ts'

export interface LagRow extends TopicPartition {
  readonly committedOffset: number | null
  /** Null when the topic is gone or has no leader. */
  readonly endOffset: number | null
  readonly lag: number | null
  readonly metadata: string
  readonly memberId: string | null
  readonly instanceId: string | null
  readonly clientId: string | null
  readonly host: string | null
}

/** Partitions with a committed offset and partitions with an owner, by topic and number. */
export async function lagRows(
  client: Client,
  group: GroupDescription,
  committed: readonly CommittedOffset[]
): Promise<LagRow[]> {
  const owners = new Map<string, GroupMemberDescription>()
  const partitions = new Map<string, TopicPartition>()
  for (const member of group.members) {
    for (const { topic, partition } of member.assignment) {
      owners.set(partitionKey(topic, partition), member)
      partitions.set(partitionKey(topic, partition), { topic, partition })
    }
  }
  for (const { topic, partition } of committed) partitions.set(partitionKey(topic, partition), { topic, partition })
  const sorted = [...partitions.values()].sort(byTopicAndPartition)
  const ends = await endOffsets(client, sorted)
  const offsets = new Map(committed.map((offset) => [partitionKey(offset.topic, offset.partition), offset]))
  return sorted.map(({ topic, partition }, index) => {
    const key = partitionKey(topic, partition)
    const owner = owners.get(key)
    const offset = offsets.get(key)
    const endOffset = ends[index]
    return {
      topic,
      partition,
      committedOffset: offset?.offset ?? null,
      endOffset,
      lag: offset === undefined || endOffset === null ? null : Math.max(0, endOffset - offset.offset),
      metadata: offset?.metadata ?? '',
      memberId: owner?.memberId ?? null,
      instanceId: owner?.instanceId ?? null,
      clientId: owner?.clientId ?? null,
      host: owner?.host ?? null
    }
  })
}

// Offsets of a topic that was deleted stay for a while: asked for in vain, they would be retried until the deadline.
async function endOffsets(client: Client, partitions: readonly TopicPartition[]): Promise<(number | null)[]> {
  const topics = await client.refresh([...new Set(partitions.map(({ topic }) => topic))])
  const counts = new Map(
    topics.map(({ name, errorName, partitions: of }) => [name, errorName === 'NONE' ? of.length : 0])
  )
  const there = partitions.filter(({ topic, partition }) => partition < (counts.get(topic) ?? 0))
  const outcomes = await offsetsFor(
    client,
    there.map(({ topic, partition }) => ({ topic, partition, timestampMs: LATEST_TIMESTAMP }))
  )
  const found = new Map(
    there.map((of, index) => [partitionKey(of.topic, of.partition), outcomes[index].result?.offset])
  )
  return partitions.map(({ topic, partition }) => found.get(partitionKey(topic, partition)) ?? null)
}

export const byTopicAndPartition = (a: TopicPartition, b: TopicPartition): number =>
  a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
