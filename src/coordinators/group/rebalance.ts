// The rebalance of a classic group up to the point where every member knows its generation: members are called to
// rejoin (PreparingRebalance), and when all did or time is up the next generation begins (CompletingRebalance).
import { ErrorCode } from '../../error-codes.ts'
import type { ClassicGroup } from './classic-group.ts'
import { type ClassicMember, EMPTY_ASSIGNMENT, type JoinResponse } from './classic-member.ts'
import type { GroupContext, GroupEffect } from './group-context.ts'
import type { GroupDeadline } from './group-deadline.ts'
import { groupMetadata } from './group-metadata-record.ts'
import { propagateAssignments } from './propagate-assignments.ts'

/** After members came, changed or went: begins a rebalance where there is none, else maybe ends the one there is. */
export function rebalanceOrCompleteJoin(context: GroupContext, group: ClassicGroup, reason: string): GroupEffect {
  return group.canRebalance ? prepareRebalance(context, group, reason) : completeJoinPhase(context, group)
}

/** Ends the join phase when nobody is missing. The first rebalance of a group ends by its own deadline only. */
export function completeJoinPhase(context: GroupContext, group: ClassicGroup): GroupEffect {
  if (group.state !== 'PreparingRebalance' || group.previousState === 'Empty') return undefined
  return group.hasAllMembersJoined ? completeJoin(context, group) : undefined
}

export function prepareRebalance(context: GroupContext, group: ClassicGroup, reason: string): GroupEffect {
  if (group.state === 'CompletingRebalance') {
    for (const member of group.members.values()) member.assignment = EMPTY_ASSIGNMENT
    propagateAssignments(context, group, ErrorCode.REBALANCE_IN_PROGRESS)
  }
  cancelSyncDeadline(context, group)
  const isInitial = group.state === 'Empty'
  group.transitionTo('PreparingRebalance', context.nowMs)
  const { groupId, generationId } = group
  context.logger.info('rebalancing group', { groupId, generationId, members: group.members.size, reason })
  return isInitial ? holdBackInitialRebalance(context, group) : completeJoinOrWait(context, group)
}

/** Members of a new group rarely come alone: their first rebalance waits a little for the others. */
function holdBackInitialRebalance(context: GroupContext, group: ClassicGroup): GroupEffect {
  const delayMs = context.config.initialRebalanceDelayMs
  if (delayMs === 0) return completeJoin(context, group)
  scheduleInitialRebalance(context, group, delayMs, Math.max(group.rebalanceTimeoutMs - delayMs, 0))
  return undefined
}

function scheduleInitialRebalance(
  context: GroupContext,
  { rebalance }: ClassicGroup,
  delayMs: number,
  remainingMs: number
): void {
  rebalance.kind = 'initialRebalance'
  rebalance.delayMs = delayMs
  rebalance.remainingMs = remainingMs
  context.deadlines.schedule(rebalance, delayMs)
}

/** The wait is over; it begins again while members keep coming, up to the rebalance timeout. */
export function expireInitialRebalance(
  context: GroupContext,
  group: ClassicGroup,
  { delayMs, remainingMs }: GroupDeadline
): GroupEffect {
  if (!group.newMemberAdded || remainingMs === 0) return completeJoin(context, group)
  group.newMemberAdded = false
  const nextDelayMs = Math.min(context.config.initialRebalanceDelayMs, remainingMs)
  scheduleInitialRebalance(context, group, nextDelayMs, Math.max(remainingMs - delayMs, 0))
  return undefined
}

function completeJoinOrWait(context: GroupContext, group: ClassicGroup): GroupEffect {
  if (group.hasAllMembersJoined) return completeJoin(context, group)
  waitForMembers(context, group)
  return undefined
}

function waitForMembers(context: GroupContext, group: ClassicGroup): void {
  group.rebalance.kind = 'join'
  context.deadlines.schedule(group.rebalance, group.rebalanceTimeoutMs)
}

/** Ends the join phase with whoever is there: dynamic members that did not rejoin are out, static ones stay. */
export function completeJoin(context: GroupContext, group: ClassicGroup): GroupEffect {
  context.deadlines.cancel(group.rebalance)
  removeAbsentDynamicMembers(context, group)
  if (!group.electJoinedLeader() && group.members.size > 0) {
    // Only static members are left and none rejoined: their session timeouts decide.
    waitForMembers(context, group)
    return undefined
  }
  group.nextGeneration(context.nowMs)
  const { groupId, generationId, members } = group
  if (group.isEmpty) {
    context.logger.info('group is empty', { groupId, generationId })
    return { records: [groupMetadata(group)] }
  }
  context.logger.info('group has a new generation', { groupId, generationId, members: members.size })
  for (const member of members.values()) {
    group.answerJoin(member, joinedResponse(group, member))
    context.deadlines.schedule(member.session, member.sessionTimeoutMs)
    member.isNew = false
    group.pendingSyncs.add(member.memberId)
  }
  group.sync.generationId = generationId
  context.deadlines.schedule(group.sync, group.rebalanceTimeoutMs)
  return undefined
}

/** What a member is told about the generation that is being formed; only the leader gets to see the others. */
export function joinedResponse(group: ClassicGroup, { memberId }: ClassicMember): JoinResponse {
  return {
    members: group.isLeader(memberId) ? memberSubscriptions(group) : [],
    memberId,
    generationId: group.generationId,
    protocolName: group.protocolName,
    protocolType: group.protocolType,
    leader: group.leaderId ?? ''
  }
}

export function memberSubscriptions(group: ClassicGroup): NonNullable<JoinResponse['members']> {
  return [...group.members.values()].map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: member.metadataOf(group.protocolName)
  }))
}

function removeAbsentDynamicMembers(context: GroupContext, group: ClassicGroup): void {
  for (const member of group.members.values()) {
    if (member.awaitingJoin !== undefined || member.groupInstanceId !== null) continue
    context.logger.info('member did not rejoin in time', { groupId: group.groupId, memberId: member.memberId })
    group.remove(member.memberId)
    context.deadlines.cancel(member.session)
  }
}

function cancelSyncDeadline(context: GroupContext, group: ClassicGroup): void {
  group.pendingSyncs.clear()
  context.deadlines.cancel(group.sync)
}

/** Members that got their generation but never asked for their share of it are out. */
export function expireSync(context: GroupContext, group: ClassicGroup, generationId: number): GroupEffect {
  const isWaiting = group.state === 'CompletingRebalance' || group.state === 'Stable'
  if (generationId !== group.generationId || !isWaiting || group.pendingSyncs.size === 0) return undefined
  const late = [...group.pendingSyncs]
  for (const memberId of late) {
    const member = group.members.get(memberId)
    if (member !== undefined) context.deadlines.cancel(member.session)
    group.remove(memberId)
  }
  return prepareRebalance(context, group, `no SyncGroup in time from ${late.join(', ')}`)
}
