import { array, defineApi, int16, int32, nullableArray, nullableString, string } from '../schema.ts'

export const listPartitionReassignments = defineApi({
  key: 46,
  name: 'ListPartitionReassignments',
  versions: '0',
  flexible: '0+',
  request: {
    timeoutMs: int32('0+', { fallback: 60000 }),
    topics: nullableArray(
      {
        name: string(),
        partitionIndexes: array(int32())
      },
      '0+',
      { fallback: null }
    )
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString('0+', { fallback: '' }),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        replicas: array(int32()),
        addingReplicas: array(int32()),
        removingReplicas: array(int32())
      })
    })
  }
})
