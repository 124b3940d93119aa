// LeaveGroup: members go by themselves, or an administrator removes static ones by their instance id (KIP-345).
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { leaveGroup } from '../../protocol/messages/leave-group.ts'
import type { RequestOf, ResponseInitOf } from '../../protocol/schema.ts'
import type { Outcome } from '../outcome.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { ClassicMember } from './classic-member.ts'
import type { GroupContext, GroupEffect } from './group-context.ts'
import type { GroupRecord } from './group-record.ts'
import { completeJoinPhase, rebalanceOrCompleteJoin } from './rebalance.ts'

export type LeaveRequest = RequestOf<typeof leaveGroup>
export type LeaveResponse = ResponseInitOf<typeof leaveGroup>
export type LeavingMember = Pick<LeaveRequest['members'][number], 'memberId' | 'groupInstanceId' | 'reason'>

export function leaveClassicGroup(
  context: GroupContext,
  group: ClassicGroup,
  members: readonly LeavingMember[]
): Outcome<LeaveResponse, GroupRecord> {
  const left: string[] = []
  const answers = members.map((member) => {
    const { memberId, groupInstanceId } = member
    const errorCode = leave(context, group, member)
    if (errorCode === ErrorCode.NONE) left.push(groupInstanceId ?? memberId)
    return { memberId, groupInstanceId, errorCode }
  })
  const effect = left.length === 0 ? undefined : afterLeaving(context, group, left)
  return { response: { members: answers }, effect }
}

function leave(context: GroupContext, group: ClassicGroup, leaving: LeavingMember): ErrorCode {
  const { memberId, groupInstanceId } = leaving
  if (memberId === '') {
    const staticId = groupInstanceId === null ? undefined : group.staticMembers.get(groupInstanceId)
    if (staticId === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
    return remove(context, group, group.members.get(staticId)!, leaving.reason)
  }
  const pending = group.pendingJoins.get(memberId)
  if (pending !== undefined) {
    context.deadlines.cancel(pending)
    group.remove(memberId)
    return ErrorCode.NONE
  }
  try {
    group.validateMember(memberId, groupInstanceId)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return error.code
  }
  return remove(context, group, group.members.get(memberId)!, leaving.reason)
}

function remove(context: GroupContext, group: ClassicGroup, member: ClassicMember, reason: string | null): ErrorCode {
  const { memberId } = member
  context.deadlines.cancel(member.session)
  context.logger.info('member left', { groupId: group.groupId, memberId, reason: reason ?? 'not provided' })
  // A request of it may still wait: whoever sent that is told to begin again.
  group.answerJoin(member, { memberId: '', errorCode: ErrorCode.UNKNOWN_MEMBER_ID })
  group.answerSync(member, { errorCode: ErrorCode.UNKNOWN_MEMBER_ID })
  group.remove(memberId)
  return ErrorCode.NONE
}

function afterLeaving(context: GroupContext, group: ClassicGroup, left: readonly string[]): GroupEffect {
  if (group.state === 'Stable' || group.state === 'CompletingRebalance') {
    return rebalanceOrCompleteJoin(context, group, `left: ${left.join(', ')}`)
  }
  return group.state === 'PreparingRebalance' ? completeJoinPhase(context, group) : undefined
}
