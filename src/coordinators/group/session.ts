// Keeping members alive: whoever is not heard of within the session timeout leaves the group.
import { ErrorCode } from '../../error-codes.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ClassicMember } from './classic-member.ts'
import type { GroupContext, GroupEffect } from './group-context.ts'
import { completeJoin, rebalanceOrCompleteJoin } from './rebalance.ts'

/** The member was heard of. */
export function renewSession(context: GroupContext, member: ClassicMember, timeoutMs = member.sessionTimeoutMs): void {
  context.deadlines.schedule(member.session, timeoutMs)
}

export function expireSession(context: GroupContext, group: ClassicGroup, memberId: string): GroupEffect {
  if (group.pendingJoins.has(memberId)) {
    context.logger.info('a member never came back with the id it was given', { groupId: group.groupId, memberId })
    group.remove(memberId)
    return completeJoinIfAllJoined(context, group)
  }
  const member = group.members.get(memberId)
  if (member === undefined || member.hasSatisfiedHeartbeat) return undefined
  context.logger.info('member failed: no heartbeat within its session timeout', { groupId: group.groupId, memberId })
  // A new member may expire while its JoinGroup still waits: it is told to begin again, if it is still there.
  group.answerJoin(member, { memberId: '', errorCode: ErrorCode.UNKNOWN_MEMBER_ID })
  group.remove(memberId)
  if (group.state === 'Stable' || group.state === 'CompletingRebalance') {
    return rebalanceOrCompleteJoin(context, group, `member ${memberId} failed`)
  }
  return completeJoinIfAllJoined(context, group)
}

function completeJoinIfAllJoined(context: GroupContext, group: ClassicGroup): GroupEffect {
  if (group.state === 'PreparingRebalance' && group.hasAllMembersJoined) return completeJoin(context, group)
  return undefined
}
