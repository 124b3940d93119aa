// v1 endpoint type (KIP-919), v2 fenced brokers (KIP-1073).
import { array, boolean, defineApi, int8, int16, int32, nullableString, string } from '../schema.ts'

export const describeCluster = defineApi({
  key: 60,
  name: 'DescribeCluster',
  versions: '0-2',
  flexible: '0+',
  request: {
    includeClusterAuthorizedOperations: boolean(),
    endpointType: int8('1+', { fallback: 1 }),
    includeFencedBrokers: boolean('2+')
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString(),
    endpointType: int8('1+', { fallback: 1 }),
    clusterId: string(),
    controllerId: int32('0+', { fallback: -1 }),
    brokers: array({
      brokerId: int32(),
      host: string(),
      port: int32(),
      rack: nullableString(),
      isFenced: boolean('2+')
    }),
    clusterAuthorizedOperations: int32('0+', { fallback: -2147483648 })
  }
})
