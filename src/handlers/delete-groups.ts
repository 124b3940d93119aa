import { deleteGroups } from '../protocol/messages/delete-groups.ts'
import { handler } from './handler.ts'

export const deleteGroupsHandler = handler(deleteGroups, {
  versions: '0-2',
  access: [{ operation: 'DELETE', resource: 'GROUP' }],
  async handle({ groupsNames }, broker) {
    const deleted = [...new Set(groupsNames)].map(async (groupId) => ({
      groupId,
      errorCode: await broker.groups.deleteGroup(groupId)
    }))
    return { results: await Promise.all(deleted) }
  },
  errorResponse: (errorCode, _message, { groupsNames }) => ({
    results: groupsNames.map((groupId) => ({ groupId, errorCode }))
  })
})
