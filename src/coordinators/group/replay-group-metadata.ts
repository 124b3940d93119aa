// What a group's record in the log does to memory. At load it makes the group; in a running broker the group is there
// already, knows more than the record does, and only takes over what the record decides.
import { ClassicGroup } from './classic-group.ts'
import { ClassicMember } from './classic-member.ts'
import type { GroupContext } from './group-context.ts'
import { GroupDeadline } from './group-deadline.ts'
import type { GroupMetadataValue, MemberMetadata } from './group-record.ts'
import type { GroupState } from './group-state.ts'

export function replayGroupMetadata(
  context: GroupContext,
  state: GroupState,
  groupId: string,
  value: GroupMetadataValue | null
): void {
  if (value === null) {
    state.removeGroup(context, groupId)
    return
  }
  const running = context.isLoading ? undefined : state.groups.get(groupId)
  if (running === undefined) state.groups.set(groupId, restoreGroup(context, groupId, ownBytes(value)))
  else takeOver(context, running, value)
}

/** The buffer that a log is read through is used again. */
const ownBytes = (value: GroupMetadataValue): GroupMetadataValue => ({
  ...value,
  members: value.members.map((member) => ({
    ...member,
    subscription: Buffer.from(member.subscription),
    assignment: Buffer.from(member.assignment)
  }))
})

function takeOver(context: GroupContext, group: ClassicGroup, value: GroupMetadataValue): void {
  group.written = value
  if (group.state !== 'CompletingRebalance' || group.generationId !== value.generation) return
  for (const { memberId, assignment } of value.members) {
    const member = group.members.get(memberId)
    if (member !== undefined) member.assignment = assignment
  }
  group.transitionTo('Stable', context.nowMs)
}

function restoreGroup(context: GroupContext, groupId: string, value: GroupMetadataValue): ClassicGroup {
  const group = new ClassicGroup(groupId, context.partition, value.currentStateTimestamp)
  group.generationId = value.generation
  group.protocolType = value.protocolType === '' ? null : value.protocolType
  group.protocolName = value.protocol
  group.leaderId = value.leader
  group.written = value
  if (value.members.length > 0) group.state = 'Stable'
  for (const member of value.members) group.add(restoreMember(context, groupId, value, member))
  return group
}

/** Only the protocol that was chosen is in the log: a member that offers more will be seen as changed, once. */
function restoreMember(
  { partition }: GroupContext,
  groupId: string,
  { protocolType, protocol }: GroupMetadataValue,
  member: MemberMetadata
): ClassicMember {
  return new ClassicMember({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeoutMs: member.rebalanceTimeout === -1 ? member.sessionTimeout : member.rebalanceTimeout,
    sessionTimeoutMs: member.sessionTimeout,
    protocolType,
    protocols: [{ name: protocol ?? '', metadata: member.subscription }],
    assignment: member.assignment,
    session: new GroupDeadline('session', partition, groupId, member.memberId)
  })
}
