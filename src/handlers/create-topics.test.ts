import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { errorName } from '../error-codes.ts'
import { createPartitions } from '../protocol/messages/create-partitions.ts'
import { createTopics } from '../protocol/messages/create-topics.ts'
import type { RequestInitOf } from '../protocol/schema.ts'
import { createPartitionsHandler } from './create-partitions.ts'
import { createTopicsHandler } from './create-topics.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker
beforeEach(() => {
  test = startTestBroker({ configs: { 'log.retention.hours': '2' } })
})
afterEach(() => test.close())

async function create(request: RequestInitOf<typeof createTopics>, version = 7) {
  const { broker } = test
  return (await callHandler({ handler: createTopicsHandler, api: createTopics, version, request, broker }))!.topics
}

const topic = (name: string, numPartitions = 1) => ({ name, numPartitions, replicationFactor: 1 })

describe('CreateTopics', () => {
  it('answers with the id, the counts and the configs with their sources', async () => {
    const configs = [{ name: 'cleanup.policy', value: 'compact' }]
    const [created] = await create({ topics: [{ ...topic('a', 3), configs }] })
    expect(created).toMatchObject({
      name: 'a',
      errorCode: 0,
      errorMessage: null,
      numPartitions: 3,
      replicationFactor: 1
    })
    expect(created.topicId).toBe(test.broker.metadata.image.topic('a')?.topicId)
    const shown = new Map(created.configs?.map(({ name, value, configSource }) => [name, [value, configSource]]))
    expect(shown.get('cleanup.policy')).toEqual(['compact', 1])
    expect(shown.get('retention.ms')).toEqual(['7200000', 4])
    expect(shown.get('min.insync.replicas')).toEqual(['1', 3])
    expect(shown.get('segment.bytes')).toEqual(['1073741824', 5])
    expect(test.broker.partitions.get('a', 2)).toBeDefined()
  })

  it('refuses what stands twice, and the metadata log’s own name, without touching the rest', async () => {
    const topics = [topic('twice'), topic('fine'), topic('twice'), topic('__cluster_metadata')]
    const answers = await create({ topics })
    expect(answers.map(({ name, errorCode, errorMessage }) => [name, errorName(errorCode), errorMessage])).toEqual([
      ['fine', 'NONE', null],
      ['twice', 'INVALID_REQUEST', 'Duplicate topic name.'],
      ['__cluster_metadata', 'INVALID_REQUEST', 'Creation of internal topic __cluster_metadata is prohibited.']
    ])
  })

  it('with validateOnly creates nothing', async () => {
    expect(await create({ topics: [topic('a')], validateOnly: true })).toMatchObject([{ errorCode: 0 }])
    expect(test.broker.metadata.image.topic('a')).toBeUndefined()
  })

  it('says to every topic what is wrong with the request', async () => {
    const answers = await create({ topics: [topic('a'), topic('b', 10_000)] })
    expect(answers.map(({ name, errorCode }) => [name, errorName(errorCode)])).toEqual([
      ['a', 'POLICY_VIOLATION'],
      ['b', 'POLICY_VIOLATION']
    ])
  })

  it.each([2, 3, 4, 5, 6, 7])('version %i', async (version) => {
    expect(await create({ topics: [topic('a')] }, version)).toMatchObject([{ name: 'a', errorCode: 0 }])
  })
})

describe('CreatePartitions', () => {
  async function grow(request: RequestInitOf<typeof createPartitions>) {
    const { broker } = test
    const call = { handler: createPartitionsHandler, api: createPartitions, version: 3, request, broker }
    const { results } = (await callHandler(call))!
    return results.map(({ name, errorCode, errorMessage }) => [name, errorName(errorCode), errorMessage])
  }
  const to = (name: string, count: number) => ({ name, count, assignments: null })

  it('opens the new partitions, and refuses each wrong topic by itself', async () => {
    await create({ topics: [topic('a'), topic('b', 2)] })
    expect(await grow({ topics: [to('a', 3), to('b', 2), to('no', 2)] })).toEqual([
      ['a', 'NONE', null],
      ['b', 'INVALID_PARTITIONS', 'Topic already has 2 partition(s).'],
      ['no', 'UNKNOWN_TOPIC_OR_PARTITION', null]
    ])
    expect(test.broker.partitions.get('a', 2)).toBeDefined()
  })

  it('refuses a topic that stands twice, and with validateOnly changes nothing', async () => {
    await create({ topics: [topic('a')] })
    expect(await grow({ topics: [to('a', 3), to('a', 4)] })).toEqual([
      ['a', 'INVALID_REQUEST', 'Duplicate topic name.']
    ])
    expect(await grow({ topics: [to('a', 3)], validateOnly: true })).toEqual([['a', 'NONE', null]])
    expect(test.broker.metadata.image.topic('a')?.partitions).toHaveLength(1)
  })
})
