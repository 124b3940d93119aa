import { ErrorCode } from '../error-codes.ts'
import { syncGroup } from '../protocol/messages/sync-group.ts'
import { handler } from './handler.ts'

export const syncGroupHandler = handler(syncGroup, {
  versions: '0-5',
  access: [{ operation: 'READ', resource: 'GROUP' }],
  handle(request, broker, { apiVersion }) {
    // Version 5 made the protocol mandatory (KIP-559).
    if (apiVersion >= 5 && (request.protocolType === null || request.protocolName === null)) {
      return { errorCode: ErrorCode.INCONSISTENT_GROUP_PROTOCOL }
    }
    return broker.groups.syncGroup(request)
  }
})
