import { array, boolean, defineApi, int16, int32, int64, nullableString, string, uint16, uuid } from '../schema.ts'

export const brokerRegistration = defineApi({
  key: 62,
  name: 'BrokerRegistration',
  versions: '0-4',
  flexible: '0+',
  request: {
    brokerId: int32(),
    clusterId: string(),
    incarnationId: uuid(),
    listeners: array({
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
    isMigratingZkBroker: boolean('1+'),
    logDirs: array(uuid(), '2+', { ignorable: true }),
    previousBrokerEpoch: int64('3+', { fallback: -1, ignorable: true })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    brokerEpoch: int64('0+', { fallback: -1 })
  }
})
