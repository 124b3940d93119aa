import { array, defineApi, int16, int32, nullableString, string, uint16, uuid } from '../schema.ts'

export const endQuorumEpoch = defineApi({
  key: 54,
  name: 'EndQuorumEpoch',
  versions: '0-1',
  flexible: '1+',
  request: {
    clusterId: nullableString(),
    topics: array({
      topicName: string(),
      partitions: array({
        partitionIndex: int32(),
        leaderId: int32(),
        leaderEpoch: int32(),
        preferredSuccessors: array(int32(), '0', { ignorable: true }),
        preferredCandidates: array(
          {
            candidateId: int32('1+'),
            candidateDirectoryId: uuid('1+')
          },
          '1+',
          { ignorable: true }
        )
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
