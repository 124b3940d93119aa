// v3 several members at once (KIP-345), v5 reason (KIP-800).
import { array, defineApi, int16, int32, nullableString, string } from '../schema.ts'

export const leaveGroup = defineApi({
  key: 13,
  name: 'LeaveGroup',
  versions: '0-5',
  flexible: '4+',
  request: {
    groupId: string(),
    memberId: string('0-2'),
    members: array(
      {
        memberId: string('3+'),
        groupInstanceId: nullableString('3+'),
        reason: nullableString('5+', { ignorable: true })
      },
      '3+'
    )
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16(),
    members: array(
      {
        memberId: string('3+'),
        groupInstanceId: nullableString('3+', { fallback: '' }),
        errorCode: int16('3+')
      },
      '3+'
    )
  }
})
