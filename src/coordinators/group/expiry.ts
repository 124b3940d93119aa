// Offsets nobody needs any more: of groups without members since offsets.retention.minutes, of simple consumers that
// have not committed for as long, of topics that a running group no longer subscribes to. A group left without offsets
// and members goes too.
import type { ClassicGroup } from './classic-group.ts'
import type { CommittedOffset } from './committed-offsets.ts'
import type { GroupContext, GroupEffect } from './group-context.ts'
import { type GroupRecord, groupMetadataTombstone, offsetTombstone } from './group-record.ts'
import type { GroupState } from './group-state.ts'
import { CONSUMER_PROTOCOL_TYPE } from './subscribed-topics.ts'

export function expireGroups(context: GroupContext, state: GroupState): GroupEffect {
  const records: GroupRecord[] = []
  for (const group of state.groups.values()) {
    const hasNothingLeft = expireOffsets(context, state, group, records)
    if (hasNothingLeft && group.isEmpty) records.push(groupMetadataTombstone(group.groupId))
  }
  if (records.length === 0) return undefined
  const { partition } = context
  context.logger.info('removed expired offsets and groups', { partition, tombstones: records.length })
  return { records, isAtomic: false }
}

function expireOffsets(
  { config, nowMs }: GroupContext,
  state: GroupState,
  group: ClassicGroup,
  records: GroupRecord[]
): boolean {
  const { groupId } = group
  const topics = state.offsets.ofGroup(groupId)
  if (topics === undefined) return !state.pending.hasGroup(groupId)
  const ageBase = expiryBase(group)
  if (ageBase === undefined) return false
  let areAllExpired = true
  for (const [topic, partitions] of topics) {
    const isSubscribed = group.isSubscribedTo(topic)
    for (const [partition, offset] of partitions) {
      const isOld = isExpired(offset, ageBase(offset), nowMs, config.offsetsRetentionMs)
      if (isOld && !isSubscribed && !state.pending.has(groupId, topic, partition)) {
        records.push(offsetTombstone(groupId, topic, partition))
      } else areAllExpired = false
    }
  }
  return areAllExpired && !state.pending.hasGroup(groupId)
}

/** Since when an offset counts as unused; undefined when the offsets of the group do not expire now. */
function expiryBase(group: ClassicGroup): ((offset: CommittedOffset) => number) | undefined {
  const byCommit = ({ commitTimestampMs }: CommittedOffset): number => commitTimestampMs
  if (group.protocolType === null) return byCommit
  if (group.isEmpty) return group.stateTimestampMs === -1 ? byCommit : () => group.stateTimestampMs
  const isKnown = group.protocolType === CONSUMER_PROTOCOL_TYPE && group.subscribedTopics !== undefined
  return isKnown && group.state === 'Stable' ? byCommit : undefined
}

function isExpired(offset: CommittedOffset, baseMs: number, nowMs: number, retentionMs: number): boolean {
  return offset.expireTimestampMs === -1 ? nowMs - baseMs >= retentionMs : nowMs >= offset.expireTimestampMs
}
