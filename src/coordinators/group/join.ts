// JoinGroup: who may enter a classic group, and what entering sets in motion.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { Reply } from '../reply.ts'
import { randomUuidText } from '../uuid-text.ts'
import type { ClassicGroup } from './classic-group.ts'
import { ClassicMember, copyProtocols, type JoinResponse } from './classic-member.ts'
import type { GroupContext, GroupEffect } from './group-context.ts'
import { GroupDeadline } from './group-deadline.ts'
import { replaceStaticMember } from './join-static.ts'
import { type JoinStep, joinReason, rebalanceTimeoutMs } from './join-step.ts'
import { joinedResponse, rebalanceOrCompleteJoin } from './rebalance.ts'
import { renewSession } from './session.ts'

const refuse = (reply: Reply<JoinResponse>, memberId: string, errorCode: ErrorCode): undefined => {
  reply.settle({ memberId, errorCode })
}

/** `group` exists, made just now if it had to be. */
export function joinClassicGroup(step: JoinStep): GroupEffect {
  const { group, request, reply, context } = step
  if (!acceptsMember(context, group, request.memberId)) {
    const member = group.members.get(request.memberId)
    const deadline = member?.session ?? group.pendingJoins.get(request.memberId)
    if (deadline !== undefined) context.deadlines.cancel(deadline)
    group.remove(request.memberId)
    return refuse(reply, '', ErrorCode.GROUP_MAX_SIZE_REACHED)
  }
  return request.memberId === '' ? joinNewMember(step) : joinKnownMember(step)
}

/**
 * While a rebalance gathers members those who wait already are counted: so a limit that was lowered throws out the
 * last ones to rejoin. Otherwise members are.
 */
function acceptsMember({ config }: GroupContext, group: ClassicGroup, memberId: string): boolean {
  const member = group.members.get(memberId)
  switch (group.state) {
    case 'Empty':
    case 'Dead':
      return true
    case 'PreparingRebalance':
      return member?.awaitingJoin !== undefined || group.awaitingJoinCount < config.groupMaxSize
    default:
      return member !== undefined || group.members.size < config.groupMaxSize
  }
}

function joinNewMember(step: JoinStep): GroupEffect {
  const { context, group, request, from, reply } = step
  if (!group.supportsProtocols(request.protocolType, request.protocols)) {
    return refuse(reply, '', ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  }
  const memberId = `${request.groupInstanceId ?? from.clientId}-${randomUuidText(context.random)}`
  if (request.groupInstanceId !== null) {
    const replaced = group.staticMembers.get(request.groupInstanceId)
    return replaced === undefined ? addMember(step, memberId) : replaceStaticMember(step, replaced, memberId)
  }
  // From version 4 on a member first gets its id, so that one that never sees the answer leaves nobody behind (KIP-394).
  if (from.apiVersion < 4) return addMember(step, memberId)
  const session = new GroupDeadline('session', context.partition, group.groupId, memberId)
  group.pendingJoins.set(memberId, session)
  context.deadlines.schedule(session, request.sessionTimeoutMs)
  return refuse(reply, memberId, ErrorCode.MEMBER_ID_REQUIRED)
}

function addMember(step: JoinStep, memberId: string): GroupEffect {
  const { context, group, request, from, reply } = step
  const session =
    group.pendingJoins.get(memberId) ?? new GroupDeadline('session', context.partition, group.groupId, memberId)
  const member = new ClassicMember({
    memberId,
    groupInstanceId: request.groupInstanceId,
    clientId: from.clientId,
    clientHost: from.clientHost,
    rebalanceTimeoutMs: rebalanceTimeoutMs(step),
    sessionTimeoutMs: request.sessionTimeoutMs,
    protocolType: request.protocolType,
    protocols: copyProtocols(request.protocols),
    session
  })
  member.isNew = true
  member.awaitingJoin = reply
  if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') group.newMemberAdded = true
  group.add(member)
  // It cannot send heartbeats before it is answered, and a lost connection is not seen while the request is parked.
  renewSession(context, member, context.config.newMemberJoinTimeoutMs)
  return rebalanceOrCompleteJoin(context, group, `member ${memberId} joined; its reason: ${joinReason(request)}`)
}

function joinKnownMember(step: JoinStep): GroupEffect {
  const { group, request, reply } = step
  const { memberId, groupInstanceId } = request
  if (!group.supportsProtocols(request.protocolType, request.protocols)) {
    return refuse(reply, memberId, ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  }
  if (group.pendingJoins.has(memberId)) {
    if (groupInstanceId !== null) throw new KafkaError('UNKNOWN_SERVER_ERROR', 'a pending member cannot be static')
    return addMember(step, memberId)
  }
  try {
    group.validateMember(memberId, groupInstanceId)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return refuse(reply, memberId, error.code)
  }
  return rejoin(step, group.members.get(memberId)!)
}

function rejoin(step: JoinStep, member: ClassicMember): GroupEffect {
  const { group, request, reply } = step
  switch (group.state) {
    case 'PreparingRebalance':
      return updateMember(step, member, 'is joining during a rebalance')
    case 'CompletingRebalance':
      // With nothing changed it probably missed the answer to its first JoinGroup.
      if (!member.offersSame(request.protocols)) return updateMember(step, member, 'changed its metadata')
      reply.settle(joinedResponse(group, member))
      return undefined
    case 'Stable':
      // A leader that rejoins wants a rebalance, for a reason that members cannot tell, such as new partitions.
      if (group.isLeader(member.memberId)) return updateMember(step, member, 'leads and rejoins')
      if (!member.offersSame(request.protocols)) return updateMember(step, member, 'changed its metadata')
      reply.settle(joinedResponse(group, member))
      return undefined
    default:
      return refuse(reply, member.memberId, ErrorCode.UNKNOWN_MEMBER_ID)
  }
}

function updateMember(step: JoinStep, member: ClassicMember, what: string): GroupEffect {
  const { context, group, request, reply } = step
  group.updateMember(member, {
    protocols: copyProtocols(request.protocols),
    rebalanceTimeoutMs: rebalanceTimeoutMs(step),
    sessionTimeoutMs: request.sessionTimeoutMs,
    awaitingJoin: reply
  })
  const reason = `member ${member.memberId} ${what}; its reason: ${joinReason(request)}`
  return rebalanceOrCompleteJoin(context, group, reason)
}
