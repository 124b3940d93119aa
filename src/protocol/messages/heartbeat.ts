import { defineApi, int16, int32, nullableString, string } from '../schema.ts'

export const heartbeat = defineApi({
  key: 12,
  name: 'Heartbeat',
  versions: '0-4',
  flexible: '4+',
  request: {
    groupId: string(),
    generationId: int32(),
    memberId: string(),
    groupInstanceId: nullableString('3+') // v3: static membership, KIP-345.
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16()
  }
})
