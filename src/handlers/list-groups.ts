import { listGroups } from '../protocol/messages/list-groups.ts'
import { handler } from './handler.ts'

export const listGroupsHandler = handler(listGroups, {
  versions: '0-5',
  access: [
    { operation: 'DESCRIBE', resource: 'CLUSTER' },
    { operation: 'DESCRIBE', resource: 'GROUP' }
  ],
  handle: (request, broker) => ({ groups: broker.groups.listGroups(request) })
})
