import { array, boolean, defineApi, int16, int32, nullableArray, nullableString, string } from '../schema.ts'

export const alterPartitionReassignments = defineApi({
  key: 45,
  name: 'AlterPartitionReassignments',
  versions: '0-1',
  flexible: '0+',
  request: {
    timeoutMs: int32('0+', { fallback: 60000 }),
    allowReplicationFactorChange: boolean('1+', { fallback: true }),
    topics: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        replicas: nullableArray(int32(), '0+', { fallback: null })
      })
    })
  },
  response: {
    throttleTimeMs: int32(),
    allowReplicationFactorChange: boolean('1+', { fallback: true, ignorable: true }),
    errorCode: int16(),
    errorMessage: nullableString('0+', { fallback: '' }),
    responses: array({
      name: string(),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        errorMessage: nullableString('0+', { fallback: '' })
      })
    })
  }
})
