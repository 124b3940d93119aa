// v3 static members (KIP-345), v5 protocol type and name (KIP-559).
import { array, bytes, defineApi, int16, int32, nullableString, string } from '../schema.ts'

export const syncGroup = defineApi({
  key: 14,
  name: 'SyncGroup',
  versions: '0-5',
  flexible: '4+',
  request: {
    groupId: string(),
    generationId: int32(),
    memberId: string(),
    groupInstanceId: nullableString('3+'),
    protocolType: nullableString('5+', { ignorable: true }),
    protocolName: nullableString('5+', { ignorable: true }),
    assignments: array({
      memberId: string(),
      assignment: bytes()
    })
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16(),
    protocolType: nullableString('5+', { ignorable: true }),
    protocolName: nullableString('5+', { ignorable: true }),
    assignment: bytes()
  }
})
