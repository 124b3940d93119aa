import { defineRecord, int32, int64 } from '../schema.ts'

export const fenceBrokerRecord = defineRecord({
  name: 'FenceBrokerRecord',
  key: 7,
  versions: '0',
  flexible: '0+',
  fields: {
    id: int32(),
    epoch: int64()
  }
})
