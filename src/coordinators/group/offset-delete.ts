// Offsets taken away on request: single ones (OffsetDelete), a group with all of them (DeleteGroups), or those of a
// topic that was deleted.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { offsetDelete } from '../../protocol/messages/offset-delete.ts'
import { type RequestOf, type ResponseInitOf, ZERO_UUID } from '../../protocol/schema.ts'
import type { Outcome } from '../outcome.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { CommittedOffsets } from './committed-offsets.ts'
import { type GroupRecord, offsetTombstone } from './group-record.ts'
import type { GroupShard } from './group-shard.ts'
import { CONSUMER_PROTOCOL_TYPE } from './subscribed-topics.ts'

export type OffsetDeleteRequest = RequestOf<typeof offsetDelete>
export type OffsetDeleteResponse = ResponseInitOf<typeof offsetDelete>

export const groupNotFound = (groupId: string): KafkaError =>
  new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} not found.`)

export function deleteOffsets(
  shard: GroupShard,
  { groupId, topics }: OffsetDeleteRequest
): Outcome<OffsetDeleteResponse, GroupRecord> {
  const group = shard.group(groupId)
  if (group === undefined) throw groupNotFound(groupId)
  if (!group.isEmpty && group.protocolType !== CONSUMER_PROTOCOL_TYPE) throw new KafkaError('NON_EMPTY_GROUP')
  const records: GroupRecord[] = []
  const answers = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode: deleteOffset(shard, group, name, partitionIndex, records)
    }))
  }))
  return { response: { topics: answers }, effect: records.length === 0 ? undefined : { records } }
}

function deleteOffset(
  { state }: GroupShard,
  group: ClassicGroup,
  topic: string,
  partition: number,
  records: GroupRecord[]
): ErrorCode {
  if (group.isSubscribedTo(topic)) return ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC
  const { groupId } = group
  if (state.offsets.get(groupId, topic, partition) !== undefined || state.pending.has(groupId, topic, partition)) {
    records.push(offsetTombstone(groupId, topic, partition))
  }
  return ErrorCode.NONE
}

/** Tombstones for all that a group has, committed or pending. */
export function tombstonesOfGroup({ state }: GroupShard, groupId: string): GroupRecord[] {
  const records: GroupRecord[] = []
  const collect = (offsets: CommittedOffsets, isKnown: (topic: string, partition: number) => boolean): void => {
    for (const [topic, partitions] of offsets.ofGroup(groupId) ?? []) {
      for (const partition of partitions.keys()) {
        if (!isKnown(topic, partition)) records.push(offsetTombstone(groupId, topic, partition))
      }
    }
  }
  collect(state.offsets, () => false)
  for (const [, pending] of state.pending.producers()) {
    collect(pending, (topic, partition) => state.offsets.get(groupId, topic, partition) !== undefined)
  }
  return records
}

export interface DeletedTopic {
  readonly name: string
  readonly topicId: string
}

/** Offsets of a newer topic of the same name stay: they carry its id. */
export function tombstonesOfTopics({ state }: GroupShard, topics: readonly DeletedTopic[]): GroupRecord[] {
  const records: GroupRecord[] = []
  const collect = (offsets: CommittedOffsets): void => {
    for (const [groupId, ofGroup] of offsets.groups()) {
      for (const { name, topicId } of topics) {
        for (const [partition, committed] of ofGroup.get(name) ?? []) {
          const isOfTopic = committed.topicId === ZERO_UUID || committed.topicId === topicId
          if (isOfTopic) records.push(offsetTombstone(groupId, name, partition))
        }
      }
    }
  }
  collect(state.offsets)
  for (const [, pending] of state.pending.producers()) collect(pending)
  return records
}
