// What offset records in the log do to memory, in and out of transactions.

import type { RecordPosition } from '../shard.ts'
import { ClassicGroup } from './classic-group.ts'
import type { CommittedOffset } from './committed-offsets.ts'
import type { GroupContext } from './group-context.ts'
import type { GroupRecord, OffsetCommitValue } from './group-record.ts'
import type { GroupState } from './group-state.ts'

const NO_PRODUCER = -1

type OffsetRecord = Extract<GroupRecord, { type: 'offsetCommit' }>

export function replayOffset(
  context: GroupContext,
  state: GroupState,
  { group, topic, partition, value }: OffsetRecord,
  { offset, producerId }: RecordPosition
): void {
  if (value === null) {
    state.offsets.remove(group, topic, partition)
    state.pending.remove(group, topic, partition)
    return
  }
  // Whoever only commits offsets gets a "simple" group: an empty classic one without a protocol.
  if (!state.groups.has(group) && !state.modernGroups.has(group)) {
    state.groups.set(group, new ClassicGroup(group, context.partition, context.nowMs))
  }
  const committed = committedOffset(offset, value)
  if (producerId === NO_PRODUCER) state.offsets.put(group, topic, partition, committed)
  else state.pending.put(producerId, group, topic, partition, committed)
}

const committedOffset = (recordOffset: number, value: OffsetCommitValue): CommittedOffset => ({
  recordOffset,
  offset: value.offset,
  leaderEpoch: value.leaderEpoch,
  metadata: value.metadata,
  commitTimestampMs: value.commitTimestamp,
  expireTimestampMs: value.expireTimestamp,
  topicId: value.topicId
})

/** A plain commit that came after the transactional one, but before its end, stands. */
export function replayEndOfTransaction(state: GroupState, producerId: number, isCommitted: boolean): void {
  const pending = state.pending.take(producerId)
  if (pending === undefined || !isCommitted) return
  for (const [groupId, topics] of pending.groups()) {
    for (const [topic, partitions] of topics) {
      for (const [partition, committed] of partitions) {
        const standing = state.offsets.get(groupId, topic, partition)
        if (standing !== undefined && standing.recordOffset > committed.recordOffset) continue
        state.offsets.put(groupId, topic, partition, committed)
      }
    }
  }
}
