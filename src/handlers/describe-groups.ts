import { describeGroups } from '../protocol/messages/describe-groups.ts'
import { handler } from './handler.ts'

// READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS: the operations a group knows, as bits of their AclOperation
// codes. Without an authorizer everyone may do all of them.
const ALL_GROUP_OPERATIONS = (1 << 3) | (1 << 6) | (1 << 8) | (1 << 10) | (1 << 11)

export const describeGroupsHandler = handler(describeGroups, {
  versions: '0-6',
  access: [{ operation: 'DESCRIBE', resource: 'GROUP' }],
  handle({ groups, includeAuthorizedOperations }, broker, { apiVersion }) {
    return {
      groups: groups.map((groupId) => {
        const group = broker.groups.describeGroup(groupId, apiVersion)
        const isWanted = includeAuthorizedOperations && (group.errorCode ?? 0) === 0
        return isWanted ? { ...group, authorizedOperations: ALL_GROUP_OPERATIONS } : group
      })
    }
  },
  errorResponse: (errorCode, _message, { groups }) => ({ groups: groups.map((groupId) => ({ groupId, errorCode })) })
})
