import { bytes, defineApi, EMPTY_BYTES, int16, nullableBytes } from '../schema.ts'

export const envelope = defineApi({
  key: 58,
  name: 'Envelope',
  versions: '0',
  flexible: '0+',
  request: {
    requestData: bytes(),
    requestPrincipal: nullableBytes('0+', { fallback: EMPTY_BYTES }),
    clientHostAddress: bytes()
  },
  response: {
    responseData: nullableBytes(),
    errorCode: int16()
  }
})
