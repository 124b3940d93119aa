// Heartbeat: the hottest request of a group. Allocates nothing.
import { ErrorCode } from '../../error-codes.ts'
import type { heartbeat } from '../../protocol/messages/heartbeat.ts'
import type { RequestOf, ResponseInitOf } from '../../protocol/schema.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { GroupContext } from './group-context.ts'

export type HeartbeatRequest = RequestOf<typeof heartbeat>
export type HeartbeatResponse = ResponseInitOf<typeof heartbeat>

const answers = new Map<ErrorCode, HeartbeatResponse>()

/** One object per error, shared by all answers. */
export function heartbeatAnswer(errorCode: ErrorCode): HeartbeatResponse {
  let answer = answers.get(errorCode)
  if (answer === undefined) {
    answer = Object.freeze({ errorCode })
    answers.set(errorCode, answer)
  }
  return answer
}

const ALIVE = heartbeatAnswer(ErrorCode.NONE)
const REBALANCING = heartbeatAnswer(ErrorCode.REBALANCE_IN_PROGRESS)
const UNKNOWN_MEMBER = heartbeatAnswer(ErrorCode.UNKNOWN_MEMBER_ID)
const FENCED = heartbeatAnswer(ErrorCode.FENCED_INSTANCE_ID)
const WRONG_GENERATION = heartbeatAnswer(ErrorCode.ILLEGAL_GENERATION)

export function heartbeatClassicGroup(
  context: GroupContext,
  group: ClassicGroup | undefined,
  request: HeartbeatRequest
): HeartbeatResponse {
  if (group === undefined) return UNKNOWN_MEMBER
  if (request.groupInstanceId !== null) {
    const current = group.staticMembers.get(request.groupInstanceId)
    if (current === undefined) return UNKNOWN_MEMBER
    if (current !== request.memberId) return FENCED
  }
  const member = group.members.get(request.memberId)
  if (member === undefined) return UNKNOWN_MEMBER
  if (request.generationId !== group.generationId) return WRONG_GENERATION
  if (group.state === 'Empty' || group.state === 'Dead') return UNKNOWN_MEMBER
  context.deadlines.schedule(member.session, member.sessionTimeoutMs)
  return group.state === 'PreparingRebalance' ? REBALANCING : ALIVE
}
