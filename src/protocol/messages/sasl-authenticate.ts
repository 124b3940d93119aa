import { bytes, defineApi, int16, int64, nullableString } from '../schema.ts'

export const saslAuthenticate = defineApi({
  key: 36,
  name: 'SaslAuthenticate',
  versions: '0-2',
  flexible: '2+',
  request: {
    authBytes: bytes()
  },
  response: {
    errorCode: int16(),
    errorMessage: nullableString('0+', { fallback: '' }),
    authBytes: bytes(),
    sessionLifetimeMs: int64('1+', { ignorable: true })
  }
})
