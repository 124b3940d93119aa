import { array, defineApi, int8, int16, int32, nullableArray, nullableString, string } from '../schema.ts'

export const electLeaders = defineApi({
  key: 43,
  name: 'ElectLeaders',
  versions: '0-2',
  flexible: '2+',
  request: {
    electionType: int8('1+'),
    topicPartitions: nullableArray({
      topic: string(),
      partitions: array(int32())
    }),
    timeoutMs: int32('0+', { fallback: 60000 })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16('1+'),
    replicaElectionResults: array({
      topic: string(),
      partitionResult: array({
        partitionId: int32(),
        errorCode: int16(),
        errorMessage: nullableString('0+', { fallback: '' })
      })
    })
  }
})
