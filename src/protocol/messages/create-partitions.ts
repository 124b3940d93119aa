// KIP-195.
import { array, boolean, defineApi, int16, int32, nullableArray, nullableString, string } from '../schema.ts'

export const createPartitions = defineApi({
  key: 37,
  name: 'CreatePartitions',
  versions: '0-3',
  flexible: '2+',
  request: {
    topics: array({
      name: string(),
      count: int32(),
      assignments: nullableArray({
        brokerIds: array(int32())
      })
    }),
    timeoutMs: int32(),
    validateOnly: boolean()
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      name: string(),
      errorCode: int16(),
      errorMessage: nullableString()
    })
  }
})
