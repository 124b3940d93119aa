// OffsetCommit, from group members, simple consumers and administrators. Topics and partitions were checked before.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { offsetCommit } from '../../protocol/messages/offset-commit.ts'
import type { RequestOf, ResponseInitOf } from '../../protocol/schema.ts'
import type { Outcome } from '../outcome.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { GroupContext } from './group-context.ts'
import type { GroupRecord } from './group-record.ts'
import type { GroupShard } from './group-shard.ts'

export type OffsetCommitRequest = RequestOf<typeof offsetCommit>
export type OffsetCommitResponse = ResponseInitOf<typeof offsetCommit>
type PartitionCommit = OffsetCommitRequest['topics'][number]['partitions'][number]

export const DEFAULT_RETENTION = -1

export function commitOffsets(
  shard: GroupShard,
  request: OffsetCommitRequest,
  apiVersion: number
): Outcome<OffsetCommitResponse, GroupRecord> {
  const { context } = shard
  const group = shard.group(request.groupId)
  validateGroup(group, request, apiVersion)
  if (group?.state === 'Stable' || group?.state === 'PreparingRebalance') {
    // A commit is as good as a heartbeat.
    const member = group.members.get(request.memberId)
    if (member !== undefined) context.deadlines.schedule(member.session, member.sessionTimeoutMs)
  }
  const records: GroupRecord[] = []
  const topics = request.topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map((partition) => {
      const { partitionIndex } = partition
      if ((partition.committedMetadata?.length ?? 0) > context.config.offsetMetadataMaxLength) {
        return { partitionIndex, errorCode: ErrorCode.OFFSET_METADATA_TOO_LARGE }
      }
      records.push(offsetRecord(context, request, name, topicId, partition))
      return { partitionIndex, errorCode: ErrorCode.NONE }
    })
  }))
  return { response: { topics }, effect: records.length === 0 ? undefined : { records } }
}

export function offsetRecord(
  { nowMs }: GroupContext,
  { groupId, retentionTimeMs }: Pick<OffsetCommitRequest, 'groupId' | 'retentionTimeMs'>,
  topic: string,
  topicId: string,
  { partitionIndex, committedOffset, committedLeaderEpoch, committedMetadata }: PartitionCommit
): GroupRecord {
  return {
    type: 'offsetCommit',
    group: groupId,
    topic,
    partition: partitionIndex,
    value: {
      offset: committedOffset,
      leaderEpoch: committedLeaderEpoch,
      metadata: committedMetadata ?? '',
      commitTimestamp: nowMs,
      expireTimestamp: retentionTimeMs === DEFAULT_RETENTION ? -1 : addSafely(nowMs, retentionTimeMs),
      topicId
    }
  }
}

/** Old clients ask for "for ever" with the largest number they have. */
const addSafely = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER)

function validateGroup(group: ClassicGroup | undefined, request: OffsetCommitRequest, apiVersion: number): void {
  const { generationIdOrMemberEpoch: generationId, memberId, groupInstanceId } = request
  if (group === undefined) {
    // A simple consumer or an administrator: the group comes into being with its first offset.
    if (generationId < 0) return
    throw apiVersion >= 9
      ? new KafkaError('GROUP_ID_NOT_FOUND', `Group ${request.groupId} not found.`)
      : new KafkaError('ILLEGAL_GENERATION')
  }
  if (generationId < 0 && group.isEmpty) return
  if (generationId >= 0 || memberId !== '' || groupInstanceId !== null) {
    group.validateMember(memberId, groupInstanceId)
    if (generationId !== group.generationId) throw new KafkaError('ILLEGAL_GENERATION')
  } else if (!group.isEmpty) {
    throw new KafkaError('UNKNOWN_MEMBER_ID')
  }
  // The member knows the generation but not yet what it was assigned.
  if (group.state === 'CompletingRebalance') throw new KafkaError('REBALANCE_IN_PROGRESS')
}
