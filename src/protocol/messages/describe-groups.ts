// v3 authorized operations (KIP-430), v4 static members (KIP-345), v6 a missing group is an error, with a
// message (KIP-1043).
import { array, boolean, bytes, defineApi, int16, int32, nullableString, string } from '../schema.ts'

export const describeGroups = defineApi({
  key: 15,
  name: 'DescribeGroups',
  versions: '0-6',
  flexible: '5+',
  request: {
    groups: array(string()),
    includeAuthorizedOperations: boolean('3+')
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    groups: array({
      errorCode: int16(),
      errorMessage: nullableString('6+'),
      groupId: string(),
      groupState: string(),
      protocolType: string(),
      protocolData: string(),
      members: array({
        memberId: string(),
        groupInstanceId: nullableString('4+', { ignorable: true }),
        clientId: string(),
        clientHost: string(),
        memberMetadata: bytes(),
        memberAssignment: bytes()
      }),
      authorizedOperations: int32('3+', { fallback: -2147483648 })
    })
  }
})
