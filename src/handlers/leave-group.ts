import { ErrorCode } from '../error-codes.ts'
import { leaveGroup } from '../protocol/messages/leave-group.ts'
import { handler } from './handler.ts'

export const leaveGroupHandler = handler(leaveGroup, {
  versions: '0-5',
  access: [{ operation: 'READ', resource: 'GROUP' }],
  handle({ groupId, memberId, members }, broker, { apiVersion }) {
    if (apiVersion >= 3) return broker.groups.leaveGroup(groupId, members)
    // One member at a time before version 3; its error is the request's.
    const { errorCode, members: answers } = broker.groups.leaveGroup(groupId, [
      { memberId, groupInstanceId: null, reason: null }
    ])
    return { errorCode: errorCode || (answers?.[0]?.errorCode ?? ErrorCode.NONE) }
  }
})
