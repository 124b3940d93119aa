import { array, bytes, defineApi, int16, int32, int64, int64Clamped, nullableString, string } from '../schema.ts'

export const createDelegationToken = defineApi({
  key: 38,
  name: 'CreateDelegationToken',
  versions: '1-3',
  flexible: '2+',
  request: {
    ownerPrincipalType: nullableString('3+', { fallback: '' }),
    ownerPrincipalName: nullableString('3+', { fallback: '' }),
    renewers: array({
      principalType: string(),
      principalName: string()
    }),
    maxLifetimeMs: int64Clamped()
  },
  response: {
    errorCode: int16(),
    principalType: string(),
    principalName: string(),
    tokenRequesterPrincipalType: string('3+'),
    tokenRequesterPrincipalName: string('3+'),
    issueTimestampMs: int64(),
    expiryTimestampMs: int64(),
    maxTimestampMs: int64(),
    tokenId: string(),
    hmac: bytes(),
    throttleTimeMs: int32()
  }
})
