import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { errorName } from '../error-codes.ts'
import { describeCluster } from '../protocol/messages/describe-cluster.ts'
import { describeTopicPartitions } from '../protocol/messages/describe-topic-partitions.ts'
import { listConfigResources } from '../protocol/messages/list-config-resources.ts'
import type { RequestInitOf } from '../protocol/schema.ts'
import { describeClusterHandler } from './describe-cluster.ts'
import { describeTopicPartitionsHandler } from './describe-topic-partitions.ts'
import { listConfigResourcesHandler } from './list-config-resources.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker
beforeEach(() => {
  test = startTestBroker()
  test.createTopic('b', 3)
  test.createTopic('a', 2)
})
afterEach(() => test.close())

async function ask(request: RequestInitOf<typeof describeTopicPartitions>) {
  const { broker } = test
  const call = { handler: describeTopicPartitionsHandler, api: describeTopicPartitions, version: 0, request, broker }
  const { topics, nextCursor } = (await callHandler(call))!
  const found = topics.map(({ name, errorCode, partitions }) => {
    return [name, errorName(errorCode), partitions.map(({ partitionIndex }) => partitionIndex)]
  })
  return { found, nextCursor }
}

it('gives topics in the order of their names, in pages of partitions', async () => {
  expect(await ask({ topics: [], responsePartitionLimit: 3 })).toEqual({
    found: [
      ['a', 'NONE', [0, 1]],
      ['b', 'NONE', [0]]
    ],
    nextCursor: { topicName: 'b', partitionIndex: 1 }
  })
  expect(await ask({ topics: [], cursor: { topicName: 'b', partitionIndex: 1 } })).toEqual({
    found: [['b', 'NONE', [1, 2]]],
    nextCursor: null
  })
  expect(await ask({ topics: [], responsePartitionLimit: 2 })).toMatchObject({
    nextCursor: { topicName: 'b', partitionIndex: 0 }
  })
})

it('names the topics that are not there, unless all were asked for', async () => {
  const topics = [{ name: 'no' }, { name: 'a' }, { name: 'a b' }]
  expect((await ask({ topics })).found).toEqual([
    ['a', 'NONE', [0, 1]],
    ['a b', 'INVALID_TOPIC_EXCEPTION', []],
    ['no', 'UNKNOWN_TOPIC_OR_PARTITION', []]
  ])
})

it('refuses a cursor that is not among the topics, or before the first partition', async () => {
  const errors = async (topicName: string, partitionIndex: number) =>
    (await ask({ topics: [{ name: 'a' }], cursor: { topicName, partitionIndex } })).found.map(([, error]) => error)
  expect(await errors('b', 0)).toEqual(['INVALID_REQUEST'])
  expect(await errors('a', -1)).toEqual(['INVALID_REQUEST'])
})

it('DescribeCluster answers for brokers, not for controllers', async () => {
  const { broker } = test
  const cluster = async (version: number, endpointType?: number) => {
    const request = {
      includeClusterAuthorizedOperations: true,
      ...(endpointType === undefined ? {} : { endpointType })
    }
    return (await callHandler({ handler: describeClusterHandler, api: describeCluster, version, request, broker }))!
  }
  expect(await cluster(0)).toMatchObject({
    ...{ errorCode: 0, controllerId: 1, clusterId: broker.clusterId, clusterAuthorizedOperations: 8096 },
    brokers: [{ brokerId: 1, host: '127.0.0.1', port: 9092, rack: null }]
  })
  expect(errorName((await cluster(1, 2)).errorCode)).toBe('MISMATCHED_ENDPOINT_TYPE')
  expect(errorName((await cluster(2, 7)).errorCode)).toBe('UNSUPPORTED_ENDPOINT_TYPE')
})

it('ListConfigResources lists topics and brokers always, groups and subscriptions with configs', async () => {
  const { broker } = test
  const list = async (version: number, resourceTypes?: number[]) => {
    const request = resourceTypes === undefined ? {} : { resourceTypes }
    const call = { handler: listConfigResourcesHandler, api: listConfigResources, version, request, broker }
    const { errorCode, configResources } = (await callHandler(call))!
    return [
      errorName(errorCode),
      configResources.map(({ resourceType, resourceName }) => `${resourceType}:${resourceName}`)
    ]
  }
  const set = (resourceType: number, resourceName: string, name: string, value: string) =>
    broker.metadata.incrementalAlterConfigs(
      [{ resourceType, resourceName, operations: [{ name, operation: 0, value }] }],
      {
        validateOnly: false
      }
    )
  set(16, 's', 'interval.ms', '1000')
  set(32, 'g', 'share.isolation.level', 'read_committed')
  expect(await list(1, [])).toEqual(['NONE', ['32:g', '16:s', '8:1', '4:1', '2:b', '2:a']])
  expect(await list(1, [2, 16])).toEqual(['NONE', ['16:s', '2:b', '2:a']])
  expect(await list(0)).toEqual(['NONE', ['16:s']])
  expect(await list(1, [3])).toEqual(['UNSUPPORTED_VERSION', []])
})
