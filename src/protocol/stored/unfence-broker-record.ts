import { defineRecord, int32, int64 } from '../schema.ts'

export const unfenceBrokerRecord = defineRecord({
  name: 'UnfenceBrokerRecord',
  key: 8,
  versions: '0',
  flexible: '0+',
  fields: {
    id: int32(),
    epoch: int64()
  }
})
