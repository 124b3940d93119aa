// Committed offsets of a group: read, write, delete. Names, not topic ids, on the wire (up to version 9), because a
// group may hold offsets of a topic that is gone.
import { errorName, KafkaError } from '../error-codes.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import { offsetDelete } from '../protocol/messages/offset-delete.ts'
import { offsetFetch } from '../protocol/messages/offset-fetch.ts'
import type { Client } from './client.ts'
import { byTopic, type Outcome, outcomeOf, partitionKey, type TopicPartition } from './leaders.ts'

const LAST_VERSION_WITH_NAMES = 9

export interface CommittedOffset extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
}

export interface OffsetToCommit extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch?: number
  readonly metadata?: string
}

/** Who commits: a member in its generation, or nobody in particular. */
export interface CommitIdentity {
  readonly generationId: number
  readonly memberId: string
  readonly groupInstanceId?: string | null
}

const NO_MEMBER: CommitIdentity = { generationId: -1, memberId: '' }

/** Only what is committed; all of it when no partitions are named. */
export async function committedOffsets(
  client: Client,
  groupId: string,
  partitions: readonly TopicPartition[] | null = null
): Promise<CommittedOffset[]> {
  const topics =
    partitions === null
      ? null
      : [...byTopic(partitions)].map(([name, ofTopic]) => ({
          name,
          partitionIndexes: ofTopic.map(({ partition }) => partition)
        }))
  return client.retry(async () => {
    const connection = await client.coordinator(groupId)
    const version = connection.versionOf(offsetFetch, LAST_VERSION_WITH_NAMES)
    const request = version < 8 ? { groupId, topics } : { groups: [{ groupId, topics }] }
    const response = await connection.request(offsetFetch, version, request)
    const answer = version < 8 ? response : response.groups[0]
    if (answer.errorCode !== 0) throw groupError(answer.errorCode, groupId)
    const offsets: CommittedOffset[] = []
    for (const { name: topic, partitions: ofTopic } of answer.topics) {
      for (const { partitionIndex: partition, committedOffset, committedLeaderEpoch, metadata, errorCode } of ofTopic) {
        if (errorCode !== 0) throw groupError(errorCode, groupId, ` at ${topic}-${partition}`)
        if (committedOffset < 0) continue
        offsets.push({
          topic,
          partition,
          offset: committedOffset,
          leaderEpoch: committedLeaderEpoch,
          metadata: metadata ?? ''
        })
      }
    }
    return offsets
  })
}

/** Throws the first partition's error that is not retriable. */
export async function commitOffsets(
  client: Client,
  groupId: string,
  offsets: readonly OffsetToCommit[],
  identity: CommitIdentity = NO_MEMBER
): Promise<void> {
  if (offsets.length === 0) return
  await client.retry(async () => {
    const connection = await client.coordinator(groupId)
    const response = await connection.call(
      offsetCommit,
      {
        groupId,
        generationIdOrMemberEpoch: identity.generationId,
        memberId: identity.memberId,
        groupInstanceId: identity.groupInstanceId ?? null,
        topics: [...byTopic(offsets)].map(([name, ofTopic]) => ({
          name,
          partitions: ofTopic.map(({ partition, offset, leaderEpoch, metadata }) => ({
            partitionIndex: partition,
            committedOffset: offset,
            committedLeaderEpoch: leaderEpoch ?? -1,
            committedMetadata: metadata ?? ''
          }))
        }))
      },
      { versionMax: LAST_VERSION_WITH_NAMES }
    )
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        if (errorCode !== 0) throw groupError(errorCode, groupId, ` at ${name}-${partitionIndex}`)
      }
    }
  })
}

export async function deleteOffsets(
  client: Client,
  groupId: string,
  partitions: readonly TopicPartition[]
): Promise<Outcome<void>[]> {
  return client.retry(async () => {
    const connection = await client.coordinator(groupId)
    const response = await connection.call(offsetDelete, {
      groupId,
      topics: [...byTopic(partitions)].map(([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition }) => ({ partitionIndex: partition }))
      }))
    })
    if (response.errorCode !== 0) throw groupError(response.errorCode, groupId)
    const codes = new Map(
      response.topics.flatMap((topic) =>
        topic.partitions.map((answer) => [partitionKey(topic.name, answer.partitionIndex), answer.errorCode] as const)
      )
    )
    return partitions.map(({ topic, partition }) =>
      outcomeOf(codes.get(partitionKey(topic, partition)) ?? 0, `offset of ${topic}-${partition}`, () => undefined)
    )
  })
}

export function groupError(code: number, groupId: string, where = ''): KafkaError {
  const name = errorName(code)
  if (name === 'GROUP_ID_NOT_FOUND') return new KafkaError(name, `there is no group '${groupId}'`)
  if (name === 'NON_EMPTY_GROUP' || name === 'UNKNOWN_MEMBER_ID') {
    return new KafkaError(name, `group '${groupId}' has members${where}: stop its consumers first (${name})`)
  }
  return new KafkaError(name, `group '${groupId}'${where}: ${name}`)
}
