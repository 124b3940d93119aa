import { array, defineRecord, int8, int32, int64, nullableArray, uuid } from '../schema.ts'

export const brokerRegistrationChangeRecord = defineRecord({
  name: 'BrokerRegistrationChangeRecord',
  key: 17,
  versions: '0-3',
  flexible: '0+',
  fields: {
    brokerId: int32(),
    brokerEpoch: int64(),
    fenced: int8('0+', { tag: 0 }),
    inControlledShutdown: int8('1+', { tag: 1 }),
    logDirs: array(uuid(), '2+', { tag: 2 }),
    cordonedLogDirs: nullableArray(uuid(), '3+', { fallback: null, tag: 3 })
  }
})
