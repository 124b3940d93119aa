// SASL requests on a listener that has none: what tells a wrongly configured client so.
import { describe, expect } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { saslAuthenticate } from '../../src/protocol/messages/sasl-authenticate.ts'
import { saslHandshake } from '../../src/protocol/messages/sasl-handshake.ts'
import { testEachVersion } from './served-versions.ts'
import { request } from './wire.ts'

describe('SaslHandshake', () => {
  testEachVersion(saslHandshake, 'is not expected on a plain listener', async (version) => {
    const { errorCode, mechanisms } = await request(saslHandshake, version, { mechanism: 'PLAIN' })
    expect([errorName(errorCode), mechanisms]).toEqual(['ILLEGAL_SASL_STATE', []])
  })
})

describe('SaslAuthenticate', () => {
  testEachVersion(saslAuthenticate, 'is not expected on a plain listener', async (version) => {
    const { errorCode, ...rest } = await request(saslAuthenticate, version, {
      authBytes: Buffer.from('\0user\0secret')
    })
    expect(errorName(errorCode)).toBe('ILLEGAL_SASL_STATE')
    expect(rest).toEqual({
      errorMessage: 'SaslAuthenticate request received after successful authentication',
      authBytes: Buffer.alloc(0),
      sessionLifetimeMs: 0
    })
  })
})
