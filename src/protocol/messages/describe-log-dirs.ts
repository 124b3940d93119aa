import { array, boolean, defineApi, int16, int32, int64, nullableArray, string } from '../schema.ts'

export const describeLogDirs = defineApi({
  key: 35,
  name: 'DescribeLogDirs',
  versions: '1-5',
  flexible: '2+',
  request: {
    topics: nullableArray({
      topic: string(),
      partitions: array(int32())
    })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16('3+', { ignorable: true }),
    results: array({
      errorCode: int16(),
      logDir: string(),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          partitionSize: int64(),
          offsetLag: int64(),
          isFutureKey: boolean()
        })
      }),
      totalBytes: int64('4+', { fallback: -1, ignorable: true }),
      usableBytes: int64('4+', { fallback: -1, ignorable: true }),
      isCordoned: boolean('5+', { ignorable: true })
    })
  }
})
