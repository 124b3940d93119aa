// OffsetFetch for one group: given partitions, or everything it committed. Never an error for what is not there: offset
// -1 says so.
import { ErrorCode } from '../../error-codes.ts'
import type { offsetFetch } from '../../protocol/messages/offset-fetch.ts'
import { type RequestOf, type ResponseInitOf, ZERO_UUID } from '../../protocol/schema.ts'
import type { CommittedOffset } from './committed-offsets.ts'
import type { GroupState } from './group-state.ts'

export type OffsetFetchGroup = Pick<RequestOf<typeof offsetFetch>['groups'][number], 'groupId' | 'topics'>
type FetchedGroups = NonNullable<ResponseInitOf<typeof offsetFetch>['groups']>
export type FetchedGroup = FetchedGroups[number]
export type FetchedTopic = NonNullable<FetchedGroup['topics']>[number]
type FetchedPartition = NonNullable<FetchedTopic['partitions']>[number]

const nothing = (partitionIndex: number, errorCode: ErrorCode): FetchedPartition => ({
  partitionIndex,
  errorCode,
  committedOffset: -1,
  committedLeaderEpoch: -1,
  metadata: ''
})

const found = (partitionIndex: number, { offset, leaderEpoch, metadata }: CommittedOffset): FetchedPartition => ({
  partitionIndex,
  errorCode: ErrorCode.NONE,
  committedOffset: offset,
  committedLeaderEpoch: leaderEpoch,
  metadata
})

/** A topic that was deleted and made again under the same name has none of the old one's offsets. */
const isOfOtherTopic = (stored: string, asked: string): boolean =>
  stored !== ZERO_UUID && asked !== ZERO_UUID && stored !== asked

export function fetchOffsets(state: GroupState, request: OffsetFetchGroup, requireStable: boolean): FetchedGroup {
  const { groupId, topics } = request
  const isUnstable = (topic: string, partition: number): boolean =>
    requireStable && !state.pending.isEmpty && state.pending.has(groupId, topic, partition)
  return {
    groupId,
    topics: topics === null ? allOffsets(state, groupId, isUnstable) : someOffsets(state, groupId, topics, isUnstable)
  }
}

type IsUnstable = (topic: string, partition: number) => boolean

function allOffsets(state: GroupState, groupId: string, isUnstable: IsUnstable): FetchedTopic[] {
  return Array.from(state.offsets.ofGroup(groupId) ?? [], ([name, partitions]) => ({
    name,
    topicId: ZERO_UUID,
    partitions: Array.from(partitions, ([partition, committed]) =>
      isUnstable(name, partition) ? nothing(partition, ErrorCode.UNSTABLE_OFFSET_COMMIT) : found(partition, committed)
    )
  }))
}

function someOffsets(
  state: GroupState,
  groupId: string,
  topics: NonNullable<OffsetFetchGroup['topics']>,
  isUnstable: IsUnstable
): FetchedTopic[] {
  const ofGroup = state.offsets.ofGroup(groupId)
  return topics.map(({ name, topicId, partitionIndexes }) => {
    const ofTopic = ofGroup?.get(name)
    return {
      name,
      topicId,
      partitions: partitionIndexes.map((partition) => {
        if (isUnstable(name, partition)) return nothing(partition, ErrorCode.UNSTABLE_OFFSET_COMMIT)
        const committed = ofTopic?.get(partition)
        const isMissing = committed === undefined || isOfOtherTopic(committed.topicId, topicId)
        return isMissing ? nothing(partition, ErrorCode.NONE) : found(partition, committed)
      })
    }
  })
}
