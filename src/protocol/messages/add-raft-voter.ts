import { array, boolean, defineApi, int16, int32, nullableString, string, uint16, uuid } from '../schema.ts'

export const addRaftVoter = defineApi({
  key: 80,
  name: 'AddRaftVoter',
  versions: '0-1',
  flexible: '0+',
  request: {
    clusterId: nullableString('0+', { fallback: '' }),
    timeoutMs: int32(),
    voterId: int32(),
    voterDirectoryId: uuid(),
    listeners: array({
      name: string(),
      host: string(),
      port: uint16()
    }),
    ackWhenCommitted: boolean('1+', { fallback: true })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString('0+', { fallback: '', ignorable: true })
  }
})
