// Answers every SyncGroup that waits, with the member's assignment or with an error.
import { ErrorCode } from '../../error-codes.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { GroupContext } from './group-context.ts'

export function propagateAssignments(context: GroupContext, group: ClassicGroup, errorCode: ErrorCode): void {
  const isDone = errorCode === ErrorCode.NONE
  for (const member of group.members.values()) {
    const hasWaited = group.answerSync(member, {
      errorCode,
      protocolName: isDone ? group.protocolName : null,
      protocolType: isDone ? group.protocolType : null,
      assignment: member.assignment
    })
    // Its session counts from here: while it waited, its heartbeats were taken for granted.
    if (hasWaited) context.deadlines.schedule(member.session, member.sessionTimeoutMs)
  }
}
