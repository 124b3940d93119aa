import { array, boolean, defineApi, int8, int16, int32, int64, string } from '../schema.ts'

export const writeTxnMarkers = defineApi({
  key: 27,
  name: 'WriteTxnMarkers',
  versions: '1-2',
  flexible: '1+',
  request: {
    markers: array({
      producerId: int64(),
      producerEpoch: int16(),
      transactionResult: boolean(),
      topics: array({
        name: string(),
        partitionIndexes: array(int32())
      }),
      coordinatorEpoch: int32(),
      transactionVersion: int8('2+', { ignorable: true })
    })
  },
  response: {
    markers: array({
      producerId: int64(),
      topics: array({
        name: string(),
        partitions: array({
          partitionIndex: int32(),
          errorCode: int16()
        })
      })
    })
  }
})
