import { array, defineApi, int8, int16, int32, int64, uuid } from '../schema.ts'

export const alterPartition = defineApi({
  key: 56,
  name: 'AlterPartition',
  versions: '2-3',
  flexible: '0+',
  request: {
    brokerId: int32(),
    brokerEpoch: int64('0+', { fallback: -1 }),
    topics: array({
      topicId: uuid('2+', { ignorable: true }),
      partitions: array({
        partitionIndex: int32(),
        leaderEpoch: int32(),
        newIsr: array(int32(), '0-2'),
        newIsrWithEpochs: array(
          {
            brokerId: int32('3+'),
            brokerEpoch: int64('3+', { fallback: -1 })
          },
          '3+'
        ),
        leaderRecoveryState: int8('1+'),
        partitionEpoch: int32()
      })
    })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    topics: array({
      topicId: uuid('2+', { ignorable: true }),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        leaderId: int32(),
        leaderEpoch: int32(),
        isr: array(int32()),
        leaderRecoveryState: int8('1+', { ignorable: true }),
        partitionEpoch: int32()
      })
    })
  }
})
