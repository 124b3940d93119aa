import { describeGroups } from '../protocol/messages/describe-groups.ts'
import { groupOperations } from './authorized-operations.ts'
import { handler } from './handler.ts'

export const describeGroupsHandler = handler(describeGroups, {
  versions: '0-6',
  access: [{ operation: 'DESCRIBE', resource: 'GROUP' }],
  handle({ groups, includeAuthorizedOperations }, broker, { apiVersion }) {
    return {
      groups: groups.map((groupId) => {
        const group = broker.groups.describeGroup(groupId, apiVersion)
        const isWanted = includeAuthorizedOperations && (group.errorCode ?? 0) === 0
        return isWanted ? { ...group, authorizedOperations: groupOperations } : group
      })
    }
  },
  errorResponse: (errorCode, _message, { groups }) => ({ groups: groups.map((groupId) => ({ groupId, errorCode })) })
})
