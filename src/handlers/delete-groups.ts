import { deleteGroups } from '../protocol/messages/delete-groups.ts'
import { handler } from './handler.ts'

export const deleteGroupsHandler = handler(deleteGroups, {
  versions: '0-2',
  access: [{ operation: 'DELETE', resource: 'GROUP' }],
  handle({ groupsNames }, broker) {
    const groupIds = [...new Set(groupsNames)]
    return { results: groupIds.map((groupId) => ({ groupId, errorCode: broker.groups.deleteGroup(groupId) })) }
  },
  errorResponse: (errorCode, _message, { groupsNames }) => ({
    results: groupsNames.map((groupId) => ({ groupId, errorCode }))
  })
})
