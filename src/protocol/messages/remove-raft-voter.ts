import { defineApi, int16, int32, nullableString, uuid } from '../schema.ts'

export const removeRaftVoter = defineApi({
  key: 81,
  name: 'RemoveRaftVoter',
  versions: '0',
  flexible: '0+',
  request: {
    clusterId: nullableString('0+', { fallback: '' }),
    voterId: int32(),
    voterDirectoryId: uuid()
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString('0+', { fallback: '', ignorable: true })
  }
})
