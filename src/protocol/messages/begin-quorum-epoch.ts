import { array, defineApi, int16, int32, nullableString, string, uint16, uuid } from '../schema.ts'

export const beginQuorumEpoch = defineApi({
  key: 53,
  name: 'BeginQuorumEpoch',
  versions: '0-1',
  flexible: '1+',
  request: {
    clusterId: nullableString(),
    voterId: int32('1+', { fallback: -1, ignorable: true }),
    topics: array({
      topicName: string(),
      partitions: array({
        partitionIndex: int32(),
        voterDirectoryId: uuid('1+', { ignorable: true }),
        leaderId: int32(),
        leaderEpoch: int32()
      })
    }),
    leaderEndpoints: array(
      {
        name: string('1+'),
        host: string('1+'),
        port: uint16('1+')
      },
      '1+',
      { ignorable: true }
    )
  },
  response: {
    errorCode: int16(),
    topics: array({
      topicName: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        leaderId: int32(),
        leaderEpoch: int32()
      })
    }),
    nodeEndpoints: array(
      {
        nodeId: int32('1+'),
        host: string('1+'),
        port: uint16('1+')
      },
      '1+',
      { tag: 0 }
    )
  }
})
