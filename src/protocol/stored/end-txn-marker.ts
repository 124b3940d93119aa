import { defineRecord, int32 } from '../schema.ts'

export const endTxnMarker = defineRecord({
  name: 'EndTxnMarker',
  key: -1,
  versions: '0',
  flexible: 'none',
  fields: {
    coordinatorEpoch: int32()
  }
})
