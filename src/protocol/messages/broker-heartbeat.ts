import { array, boolean, defineApi, int16, int32, int64, nullableArray, uuid } from '../schema.ts'

export const brokerHeartbeat = defineApi({
  key: 63,
  name: 'BrokerHeartbeat',
  versions: '0-2',
  flexible: '0+',
  request: {
    brokerId: int32(),
    brokerEpoch: int64('0+', { fallback: -1 }),
    currentMetadataOffset: int64(),
    wantFence: boolean(),
    wantShutDown: boolean(),
    offlineLogDirs: array(uuid(), '1+', { tag: 0 }),
    cordonedLogDirs: nullableArray(uuid(), '2+', { fallback: null, tag: 1 })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    isCaughtUp: boolean(),
    isFenced: boolean('0+', { fallback: true }),
    shouldShutDown: boolean()
  }
})
