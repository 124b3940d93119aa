// SaslAuthenticate on a listener without SASL: whoever can speak there is in already.
import { ErrorCode } from '../error-codes.ts'
import { saslAuthenticate } from '../protocol/messages/sasl-authenticate.ts'
import { handler } from './handler.ts'

export const saslAuthenticateHandler = handler(saslAuthenticate, {
  versions: '0-2',
  access: 'none',
  handle: () => ({
    errorCode: ErrorCode.ILLEGAL_SASL_STATE,
    errorMessage: 'SaslAuthenticate request received after successful authentication'
  })
})
