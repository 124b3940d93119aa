// SaslHandshake on a listener without SASL, the only kind there is yet: the answer Apache Kafka has for it. A client that
// is set up for SASL fails at once and says so, where a closed connection would let it try until it times out.
import { ErrorCode } from '../error-codes.ts'
import { saslHandshake } from '../protocol/messages/sasl-handshake.ts'
import { handler } from './handler.ts'

export const saslHandshakeHandler = handler(saslHandshake, {
  versions: '0-1',
  access: 'none',
  handle: () => ({ errorCode: ErrorCode.ILLEGAL_SASL_STATE, mechanisms: [] })
})
