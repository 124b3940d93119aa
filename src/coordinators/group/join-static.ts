// A static member (KIP-345) comes back without its member id, after a restart: it takes the place of its old self, which
// is fenced at once. In a stable group that costs no rebalance.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { ClassicGroup } from './classic-group.ts'
import { ClassicMember, copyProtocols, EMPTY_ASSIGNMENT, type JoinResponse } from './classic-member.ts'
import type { GroupContext, GroupEffect } from './group-context.ts'
import { GroupDeadline } from './group-deadline.ts'
import { groupMetadata } from './group-metadata-record.ts'
import { type JoinStep, joinReason, rebalanceTimeoutMs } from './join-step.ts'
import { completeJoinPhase, memberSubscriptions, prepareRebalance, rebalanceOrCompleteJoin } from './rebalance.ts'

export function replaceStaticMember(step: JoinStep, oldMemberId: string, memberId: string): GroupEffect {
  const { context, group, request, reply } = step
  const oldLeaderId = group.leaderId
  const old = group.members.get(oldMemberId)!
  const member = takePlace(context, group, old, memberId)
  group.updateMember(member, {
    protocols: copyProtocols(request.protocols),
    rebalanceTimeoutMs: rebalanceTimeoutMs(step),
    sessionTimeoutMs: request.sessionTimeoutMs,
    awaitingJoin: reply
  })
  const who = `static member ${request.groupInstanceId} came back as ${memberId}; its reason: ${joinReason(request)}`
  switch (group.state) {
    case 'Stable': {
      if (group.protocolName !== group.selectProtocol()) {
        return rebalanceOrCompleteJoin(context, group, `the protocol changes: ${who}`)
      }
      return {
        records: [groupMetadata(group)],
        onAppended: () => group.answerJoin(member, replacedResponse(step, member, oldLeaderId)),
        onFailed: (error) => undoReplacement(step, { old, member, oldLeaderId, error })
      }
    }
    case 'CompletingRebalance':
      // The leader may be computing an assignment for the old member id right now.
      return prepareRebalance(context, group, who)
    case 'PreparingRebalance':
      return completeJoinPhase(context, group)
    default:
      throw new KafkaError('UNKNOWN_SERVER_ERROR', `a group without members has static member ${oldMemberId}`)
  }
}

function takePlace(context: GroupContext, group: ClassicGroup, old: ClassicMember, memberId: string): ClassicMember {
  group.answerJoin(old, {
    memberId: old.memberId,
    errorCode: ErrorCode.FENCED_INSTANCE_ID,
    protocolName: null
  })
  group.answerSync(old, { errorCode: ErrorCode.FENCED_INSTANCE_ID, assignment: EMPTY_ASSIGNMENT })
  const session = new GroupDeadline('session', context.partition, group.groupId, memberId)
  const { groupInstanceId, clientId, clientHost, protocolType, protocols, assignment } = old
  const { rebalanceTimeoutMs, sessionTimeoutMs } = old
  const member = new ClassicMember({
    memberId,
    groupInstanceId,
    clientId,
    clientHost,
    rebalanceTimeoutMs,
    sessionTimeoutMs,
    protocolType,
    protocols,
    assignment,
    session
  })
  group.replace(old, member)
  context.deadlines.cancel(old.session)
  context.deadlines.schedule(session, sessionTimeoutMs)
  return member
}

/**
 * The generation goes on. From version 9 on a leader is told that it still leads and that there is nothing to assign
 * (KIP-814). Older clients that led are told the old id leads, so that they do not assign: they are followers now.
 */
function replacedResponse(step: JoinStep, { memberId }: ClassicMember, oldLeaderId: string | null): JoinResponse {
  const { group, from } = step
  const { generationId, protocolName, protocolType } = group
  const common = { memberId, generationId, protocolName, protocolType }
  if (from.apiVersion < 9) return { ...common, leader: oldLeaderId ?? '', members: [] }
  const isLeader = group.isLeader(memberId)
  return {
    ...common,
    leader: group.leaderId ?? '',
    members: isLeader ? memberSubscriptions(group) : [],
    skipAssignment: isLeader
  }
}

interface Undo {
  readonly old: ClassicMember
  readonly member: ClassicMember
  readonly oldLeaderId: string | null
  readonly error: KafkaError
}

/** The new member id is not in the log: the old member is the one that counts. */
function undoReplacement({ context, group, reply }: JoinStep, { old, member, oldLeaderId, error }: Undo): void {
  group.updateMember(member, {
    protocols: old.protocols,
    rebalanceTimeoutMs: old.rebalanceTimeoutMs,
    sessionTimeoutMs: old.sessionTimeoutMs,
    awaitingJoin: undefined
  })
  group.replace(member, old)
  context.deadlines.cancel(member.session)
  context.deadlines.schedule(old.session, old.sessionTimeoutMs)
  reply.settle({
    memberId: '',
    generationId: group.generationId,
    protocolName: group.protocolName,
    protocolType: group.protocolType,
    leader: oldLeaderId ?? '',
    errorCode: error.code
  })
}
