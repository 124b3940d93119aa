// v1 rebalance timeout (KIP-62), v4 a member id is required first (KIP-394), v5 static members (KIP-345), v7
// protocol type (KIP-559), v8 reason (KIP-800), v9 the leader may skip the assignment (KIP-814).
import { array, boolean, bytes, defineApi, int16, int32, nullableString, string } from '../schema.ts'

export const joinGroup = defineApi({
  key: 11,
  name: 'JoinGroup',
  versions: '0-9',
  flexible: '6+',
  request: {
    groupId: string(),
    sessionTimeoutMs: int32(),
    rebalanceTimeoutMs: int32('1+', { fallback: -1, ignorable: true }),
    memberId: string(),
    groupInstanceId: nullableString('5+'),
    protocolType: string(),
    protocols: array({
      name: string(),
      metadata: bytes()
    }),
    reason: nullableString('8+', { ignorable: true })
  },
  response: {
    throttleTimeMs: int32('2+', { ignorable: true }),
    errorCode: int16(),
    generationId: int32('0+', { fallback: -1 }),
    protocolType: nullableString('7+', { ignorable: true }),
    protocolName: nullableString('0+', { fallback: '', nullable: '7+' }),
    leader: string(),
    skipAssignment: boolean('9+'),
    memberId: string(),
    members: array({
      memberId: string(),
      groupInstanceId: nullableString('5+', { ignorable: true }),
      metadata: bytes()
    })
  }
})
