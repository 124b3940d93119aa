import { array, defineRecord, int16, int32, string, struct, uint16, uuid } from '../schema.ts'

export const votersRecord = defineRecord({
  name: 'VotersRecord',
  key: 6,
  versions: '0',
  flexible: '0+',
  fields: {
    version: int16(),
    voters: array({
      voterId: int32(),
      voterDirectoryId: uuid(),
      endpoints: array({
        name: string(),
        host: string(),
        port: uint16()
      }),
      kRaftVersionFeature: struct({
        minSupportedVersion: int16(),
        maxSupportedVersion: int16()
      })
    })
  }
})
