import { defineRecord, int16, int32, nullableString } from '../schema.ts'

export const requestHeader = defineRecord({
  name: 'RequestHeader',
  key: -1,
  versions: '1-2',
  flexible: '2+',
  fields: {
    requestApiKey: int16(),
    requestApiVersion: int16(),
    correlationId: int32(),
    clientId: nullableString('1+', { fallback: '', flexible: 'none' })
  }
})

export const responseHeader = defineRecord({
  name: 'ResponseHeader',
  key: -1,
  versions: '0-1',
  flexible: '1+',
  fields: {
    correlationId: int32()
  }
})
