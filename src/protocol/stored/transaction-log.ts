import { array, defineRecord, int8, int16, int32, int64, nullableArray, string } from '../schema.ts'

export const transactionLogKey = defineRecord({
  name: 'TransactionLogKey',
  key: 0,
  versions: '0',
  flexible: 'none',
  fields: {
    transactionalId: string('0')
  }
})

export const transactionLogValue = defineRecord({
  name: 'TransactionLogValue',
  key: 0,
  versions: '0-1',
  flexible: '1+',
  fields: {
    producerId: int64(),
    previousProducerId: int64('1+', { fallback: -1, tag: 0 }),
    nextProducerId: int64('1+', { fallback: -1, tag: 1 }),
    producerEpoch: int16(),
    nextProducerEpoch: int16('1+', { fallback: -1, tag: 3 }),
    transactionTimeoutMs: int32(),
    transactionStatus: int8(),
    transactionPartitions: nullableArray({
      topic: string(),
      partitionIds: array(int32())
    }),
    transactionLastUpdateTimestampMs: int64(),
    transactionStartTimestampMs: int64(),
    clientTransactionVersion: int16('1+', { tag: 2 })
  }
})
