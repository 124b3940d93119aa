import { array, defineApi, int16, int32, nullableString, string, struct, uint16, uuid } from '../schema.ts'

export const updateRaftVoter = defineApi({
  key: 82,
  name: 'UpdateRaftVoter',
  versions: '0',
  flexible: '0+',
  request: {
    clusterId: nullableString('0+', { fallback: '' }),
    currentLeaderEpoch: int32(),
    voterId: int32(),
    voterDirectoryId: uuid(),
    listeners: array({
      name: string(),
      host: string(),
      port: uint16()
    }),
    kRaftVersionFeature: struct({
      minSupportedVersion: int16(),
      maxSupportedVersion: int16()
    })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    currentLeader: struct(
      {
        leaderId: int32('0+', { fallback: -1 }),
        leaderEpoch: int32('0+', { fallback: -1 }),
        host: string(),
        port: int32()
      },
      '0+',
      { tag: 0 }
    )
  }
})
