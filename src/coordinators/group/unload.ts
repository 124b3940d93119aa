// The coordinator gives a group up: whoever waits is sent to look for the coordinator again.
import { ErrorCode } from '../../error-codes.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { GroupContext } from './group-context.ts'

export function answerAllAndDie(context: GroupContext, group: ClassicGroup): void {
  group.transitionTo('Dead', context.nowMs)
  context.deadlines.cancel(group.rebalance)
  context.deadlines.cancel(group.sync)
  for (const session of group.pendingJoins.values()) context.deadlines.cancel(session)
  for (const member of group.members.values()) {
    context.deadlines.cancel(member.session)
    group.answerJoin(member, { memberId: member.memberId, errorCode: ErrorCode.NOT_COORDINATOR })
    group.answerSync(member, { errorCode: ErrorCode.NOT_COORDINATOR })
  }
}
