import { defineRecord, int32, int64 } from '../schema.ts'

export const producerIdsRecord = defineRecord({
  name: 'ProducerIdsRecord',
  key: 15,
  versions: '0',
  flexible: '0+',
  fields: {
    brokerId: int32(),
    brokerEpoch: int64('0+', { fallback: -1 }),
    nextProducerId: int64()
  }
})
