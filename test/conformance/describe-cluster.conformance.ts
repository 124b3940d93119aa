import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { describeCluster } from '../../src/protocol/messages/describe-cluster.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { testEachVersion } from './served-versions.ts'
import { target } from './target.ts'
import { brokerId } from './topics.ts'
import { request } from './wire.ts'

describe('DescribeCluster', () => {
  testEachVersion(describeCluster, 'names the one broker', async (version) => {
    const node = await brokerId()
    const response = await request(describeCluster, version, {})
    const { clusterId } = await request(metadata, 12, { topics: [] })
    expect(response).toEqual({
      throttleTimeMs: 0,
      errorCode: 0,
      errorMessage: null,
      endpointType: 1,
      clusterId,
      controllerId: node,
      brokers: [{ brokerId: node, host: target.host, port: target.port, rack: null, isFenced: false }],
      clusterAuthorizedOperations: -2147483648
    })
  })

  testEachVersion(describeCluster, 'gives the authorized operations on request', async (version) => {
    const response = await request(describeCluster, version, { includeClusterAuthorizedOperations: true })
    expect(response.clusterAuthorizedOperations).toMatchInlineSnapshot(`8096`)
  })

  test('can include fenced brokers', async () => {
    const response = await request(describeCluster, 2, { includeFencedBrokers: true })
    expect(response.brokers).toHaveLength(1)
  })

  testEachVersion(
    describeCluster,
    'does not describe controllers on a broker listener',
    async (version) => {
      const response = await request(describeCluster, version, { endpointType: 2 })
      expect(errorName(response.errorCode)).toBe('MISMATCHED_ENDPOINT_TYPE')
      expect(response.errorMessage).toMatchInlineSnapshot(
        `"The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"`
      )
      expect(response.brokers).toEqual([])
    },
    { from: 1 }
  )

  testEachVersion(
    describeCluster,
    'refuses an endpoint type that does not exist',
    async (version) => {
      const response = await request(describeCluster, version, { endpointType: 3 })
      expect(errorName(response.errorCode)).toBe('UNSUPPORTED_ENDPOINT_TYPE')
      expect(response.errorMessage).toMatchInlineSnapshot(`"Unsupported endpoint type 3"`)
    },
    { from: 1 }
  )
})
