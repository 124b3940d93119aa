import {
  array,
  boolean,
  defineRecord,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  string,
  uint16,
  uuid
} from '../schema.ts'

export const registerBrokerRecord = defineRecord({
  name: 'RegisterBrokerRecord',
  key: 0,
  versions: '0-4',
  flexible: '0+',
  fields: {
    brokerId: int32(),
    isMigratingZkBroker: boolean('2+'),
    incarnationId: uuid(),
    brokerEpoch: int64(),
    endPoints: array({
      name: string(),
      host: string(),
      port: uint16(),
      securityProtocol: int16()
    }),
    features: array({
      name: string(),
      minSupportedVersion: int16(),
      maxSupportedVersion: int16()
    }),
    rack: nullableString('0+', { fallback: '' }),
    fenced: boolean('0+', { fallback: true }),
    inControlledShutdown: boolean('1+'),
    logDirs: array(uuid(), '3+', { tag: 0 }),
    cordonedLogDirs: nullableArray(uuid(), '4+', { fallback: null, tag: 1 })
  }
})
