import { heartbeat } from '../protocol/messages/heartbeat.ts'
import { handler } from './handler.ts'

export const heartbeatHandler = handler(heartbeat, {
  versions: '0-4',
  access: [{ operation: 'READ', resource: 'GROUP' }],
  handle: (request, broker) => broker.groups.heartbeat(request)
})
