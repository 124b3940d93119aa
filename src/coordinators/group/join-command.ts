// JoinGroup from the outside: the group is found or made. A new group is put into the log at once, whatever becomes of
// its first member, so that everybody sees the same groups before and after a restart.
import { ErrorCode } from '../../error-codes.ts'
import type { Outcome } from '../outcome.ts'
import type { Reply } from '../reply.ts'
import type { JoinRequest, JoinResponse } from './classic-member.ts'
import { newGroupMetadata } from './group-metadata-record.ts'
import type { GroupRecord } from './group-record.ts'
import type { GroupShard } from './group-shard.ts'
import { joinClassicGroup } from './join.ts'
import type { JoinContext } from './join-step.ts'

export function joinGroupCommand(
  shard: GroupShard,
  request: JoinRequest,
  from: JoinContext,
  reply: Reply<JoinResponse>
): Outcome<undefined, GroupRecord> {
  const { groupId, memberId } = request
  const { context } = shard
  if (shard.state.modernGroups.has(groupId)) {
    reply.settle({ memberId: '', errorCode: ErrorCode.INCONSISTENT_GROUP_PROTOCOL })
    return { response: undefined }
  }
  const existing = shard.group(groupId)
  if (existing === undefined && memberId !== '') {
    reply.settle({ memberId, errorCode: ErrorCode.UNKNOWN_MEMBER_ID })
    return { response: undefined }
  }
  const group = existing ?? shard.createGroup(groupId)
  const effect = joinClassicGroup({ context, group, request, from, reply })
  if (existing !== undefined || effect !== undefined) return { response: undefined, effect }
  return {
    response: undefined,
    effect: { records: [newGroupMetadata(group)], onFailed: () => shard.state.removeGroup(context, groupId) }
  }
}
