import { joinGroup } from '../protocol/messages/join-group.ts'
import type { ResponseInitOf } from '../protocol/schema.ts'
import { after } from './after.ts'
import { handler } from './handler.ts'

export const joinGroupHandler = handler(joinGroup, {
  versions: '0-9',
  access: [{ operation: 'READ', resource: 'GROUP' }],
  handle(request, broker, { apiVersion, clientId, clientHost }) {
    const answer = broker.groups.joinGroup(request, { apiVersion, clientId: clientId ?? '', clientHost })
    return after(answer, (response) => withProtocolName(response, apiVersion))
  },
  errorResponse: (errorCode, _message, _request, apiVersion) => withProtocolName({ errorCode }, apiVersion)
})

type JoinResponse = ResponseInitOf<typeof joinGroup>

/** No protocol is an empty name before version 7 and null from then on. */
function withProtocolName(response: JoinResponse, apiVersion: number): JoinResponse {
  const name = response.protocolName ?? ''
  return { ...response, protocolName: name === '' && apiVersion >= 7 ? null : name }
}
