import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { errorName } from '../error-codes.ts'
import { metadata } from '../protocol/messages/metadata.ts'
import type { RequestInitOf } from '../protocol/schema.ts'
import { metadataHandler } from './metadata.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker
let messages: string[]

function start(configs: Record<string, string> = {}): void {
  messages = []
  const note = (message: string, fields?: object) => messages.push(`${message} ${JSON.stringify(fields)}`)
  test = startTestBroker({ configs, logger: { debug() {}, info: note, warn: note, error: note } })
}

beforeEach(() => start())
afterEach(() => test.close())

async function ask(request: RequestInitOf<typeof metadata>, version = 13) {
  const call = { handler: metadataHandler, api: metadata, version, request, broker: test.broker, clientId: 'app' }
  return (await callHandler(call))!
}

const named = (...names: string[]) => ({ topics: names.map((name) => ({ name })) })
const summary = async (request: RequestInitOf<typeof metadata>, version?: number) =>
  (await ask(request, version)).topics.map(({ name, errorCode, partitions }) => [
    name,
    errorName(errorCode),
    partitions.length
  ])

describe('the cluster', () => {
  it('is this broker, where the client reached it', async () => {
    const { brokers, controllerId, clusterId } = await ask(named())
    expect(brokers).toEqual([{ nodeId: 1, host: '127.0.0.1', port: 9092, rack: null }])
    expect([controllerId, clusterId]).toEqual([1, test.broker.clusterId])
  })

  it('tells what the client may do only when asked', async () => {
    test.createTopic('a')
    const asked = await ask(
      { ...named('a'), includeClusterAuthorizedOperations: true, includeTopicAuthorizedOperations: true },
      8
    )
    expect([asked.clusterAuthorizedOperations, asked.topics[0].topicAuthorizedOperations]).toEqual([8096, 3576])
    const silent = await ask(named('a'), 8)
    expect([silent.clusterAuthorizedOperations, silent.topics[0].topicAuthorizedOperations]).toEqual([
      -(2 ** 31),
      -(2 ** 31)
    ])
  })
})

describe('topics', () => {
  it('all of them for null, in version 0 for an empty list', async () => {
    test.createTopic('a', 2)
    test.createTopic('b')
    const all = [
      ['a', 'NONE', 2],
      ['b', 'NONE', 1]
    ]
    expect(await summary({ topics: null })).toEqual(all)
    expect(await summary({ topics: [] }, 0)).toEqual(all)
    expect(await summary({ topics: [] }, 1)).toEqual([])
  })

  it('each once, with its id, leader and epoch', async () => {
    const topicId = test.createTopic('a', 1)
    const { topics } = await ask(named('a', 'a'))
    expect(topics).toMatchObject([
      {
        ...{ name: 'a', topicId, isInternal: false },
        partitions: [
          {
            errorCode: 0,
            partitionIndex: 0,
            leaderId: 1,
            leaderEpoch: 0,
            replicaNodes: [1],
            isrNodes: [1],
            offlineReplicas: []
          }
        ]
      }
    ])
  })

  it('by id', async () => {
    const topicId = test.createTopic('a')
    const unknown = 'AAAAAAAAAAAAAAAAAAAAAg'
    const { topics } = await ask(
      {
        topics: [
          { name: null, topicId },
          { name: null, topicId: unknown }
        ]
      },
      12
    )
    expect(topics.map(({ name, errorCode, topicId: id }) => [name, errorName(errorCode), id])).toEqual([
      ['a', 'NONE', topicId],
      [null, 'UNKNOWN_TOPIC_ID', unknown]
    ])
  })

  it('by id only from version 12 on', async () => {
    const { topics } = await ask({ topics: [{ name: 'a', topicId: 'AAAAAAAAAAAAAAAAAAAAAg' }] }, 11)
    expect(topics.map(({ errorCode }) => errorName(errorCode))).toEqual(['INVALID_REQUEST'])
  })
})

describe('a topic that does not exist', () => {
  it('is there, whole, in the answer that creates it, and the log names the client', async () => {
    expect(await summary(named('fresh', 'no/name'))).toEqual([
      ['fresh', 'NONE', 1],
      ['no/name', 'INVALID_TOPIC_EXCEPTION', 0]
    ])
    expect(test.broker.partitions.get('fresh', 0)).toBeDefined()
    expect(messages).toContain('created a topic that a client asked for {"topic":"fresh","clientId":"app"}')
  })

  it.each([
    ['the client forbids it', {}, { allowAutoTopicCreation: false }],
    ['the broker forbids it', { 'auto.create.topics.enable': 'false' }, {}]
  ])('stays so when %s', async (_why, configs, request) => {
    await test.close()
    start(configs as Record<string, string>)
    expect(await summary({ ...named('fresh', '..'), ...request })).toEqual([
      ['fresh', 'UNKNOWN_TOPIC_OR_PARTITION', 0],
      ['..', 'INVALID_TOPIC_EXCEPTION', 0]
    ])
  })

  it('gets the reason why it cannot be created', async () => {
    await test.close()
    start({ 'default.replication.factor': '3' })
    const taken = { name: 'taken.name', replicationFactor: 1 }
    test.broker.metadata.createTopics([taken], { validateOnly: false })
    expect(await summary(named('fresh', 'taken_name'))).toEqual([
      ['fresh', 'INVALID_REPLICATION_FACTOR', 0],
      ['taken_name', 'INVALID_TOPIC_EXCEPTION', 0]
    ])
  })

  it('is created with its own configs when it is the broker’s own', async () => {
    const { topics } = await ask(named('__consumer_offsets'))
    expect(topics[0]).toMatchObject({ name: '__consumer_offsets', isInternal: true })
    expect(topics[0].partitions).toHaveLength(50)
    expect(test.broker.metadata.image.topic('__consumer_offsets')?.configs.get('cleanup.policy')).toBe('compact')
  })
})
