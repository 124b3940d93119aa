// SyncGroup: the leader hands in everyone's assignment; when it is in the log the group is stable and all are answered.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { Reply } from '../reply.ts'
import type { ClassicGroup } from './classic-group.ts'
import { EMPTY_ASSIGNMENT, type SyncRequest, type SyncResponse } from './classic-member.ts'
import type { GroupContext, GroupEffect } from './group-context.ts'
import { groupMetadata } from './group-metadata-record.ts'
import { propagateAssignments } from './propagate-assignments.ts'
import { rebalanceOrCompleteJoin } from './rebalance.ts'

export function syncClassicGroup(
  context: GroupContext,
  group: ClassicGroup,
  request: SyncRequest,
  reply: Reply<SyncResponse>
): GroupEffect {
  const { memberId } = request
  validateSync(group, request)
  const member = group.members.get(memberId)!
  switch (group.state) {
    case 'PreparingRebalance':
      throw new KafkaError('REBALANCE_IN_PROGRESS')
    case 'CompletingRebalance':
      member.awaitingSync = reply
      noteSynced(context, group, memberId)
      return group.isLeader(memberId) ? storeAssignments(context, group, request) : undefined
    case 'Stable':
      noteSynced(context, group, memberId)
      reply.settle({
        protocolType: group.protocolType,
        protocolName: group.protocolName,
        assignment: member.assignment
      })
      return undefined
    default:
      throw new KafkaError('UNKNOWN_MEMBER_ID')
  }
}

function validateSync(group: ClassicGroup, request: SyncRequest): void {
  group.validateMember(request.memberId, request.groupInstanceId)
  if (request.generationId !== group.generationId) throw new KafkaError('ILLEGAL_GENERATION')
  if (contradicts(request.protocolType, group.protocolType) || contradicts(request.protocolName, group.protocolName)) {
    throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL')
  }
}

const contradicts = (asked: string | null, agreed: string | null): boolean =>
  asked !== null && agreed !== null && asked !== agreed

function noteSynced(context: GroupContext, group: ClassicGroup, memberId: string): void {
  group.pendingSyncs.delete(memberId)
  if (group.pendingSyncs.size === 0) context.deadlines.cancel(group.sync)
}

function storeAssignments(context: GroupContext, group: ClassicGroup, request: SyncRequest): GroupEffect {
  const { generationId } = request
  const assignments = new Map<string, Buffer>()
  // The bytes are copied: they outlive the frame that brought them.
  for (const { memberId, assignment } of request.assignments) assignments.set(memberId, Buffer.from(assignment))
  const forgotten = [...group.members.keys()].filter((memberId) => !assignments.has(memberId))
  if (forgotten.length > 0) {
    const { groupId } = group
    context.logger.warn('the leader assigned nothing to some members', { groupId, generationId, members: forgotten })
  }
  return {
    // Replaying it installs the assignments and makes the group stable.
    records: [groupMetadata(group, assignments)],
    onAppended: () => propagateAssignments(context, group, ErrorCode.NONE),
    onFailed: (error) => {
      for (const member of group.members.values()) member.assignment = EMPTY_ASSIGNMENT
      propagateAssignments(context, group, error.code)
      rebalanceOrCompleteJoin(context, group, `the assignment could not be stored: ${error.errorName}`)
    }
  }
}
