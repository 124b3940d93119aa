import { defineRecord, int32, int64 } from '../schema.ts'

export const unregisterBrokerRecord = defineRecord({
  name: 'UnregisterBrokerRecord',
  key: 1,
  versions: '0',
  flexible: '0+',
  fields: {
    brokerId: int32(),
    brokerEpoch: int64()
  }
})
