import { array, defineApi, int16, int32, int64, nullableArray, nullableString, string, uuid } from '../schema.ts'

export const describeShareGroupOffsets = defineApi({
  key: 90,
  name: 'DescribeShareGroupOffsets',
  versions: '0-1',
  flexible: '0+',
  request: {
    groups: array({
      groupId: string(),
      topics: nullableArray({
        topicName: string(),
        partitions: array(int32())
      })
    })
  },
  response: {
    throttleTimeMs: int32(),
    groups: array({
      groupId: string(),
      topics: array({
        topicName: string(),
        topicId: uuid(),
        partitions: array({
          partitionIndex: int32(),
          startOffset: int64(),
          leaderEpoch: int32(),
          lag: int64('1+', { fallback: -1, ignorable: true }),
          errorCode: int16(),
          errorMessage: nullableString()
        })
      }),
      errorCode: int16(),
      errorMessage: nullableString()
    })
  }
})
