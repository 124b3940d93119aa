import { defineRecord, int16 } from '../schema.ts'

export const kRaftVersionRecord = defineRecord({
  name: 'KRaftVersionRecord',
  key: 5,
  versions: '0',
  flexible: '0+',
  fields: {
    version: int16(),
    kRaftVersion: int16()
  }
})
