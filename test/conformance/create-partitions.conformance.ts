import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { createPartitions } from '../../src/protocol/messages/create-partitions.ts'
import type { RequestInitOf } from '../../src/protocol/schema.ts'
import { fill } from './produce-requests.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { brokerId, createTopic, describeTopic, type Topic, topicReady } from './topics.ts'
import { request } from './wire.ts'

type TopicInit = NonNullable<RequestInitOf<typeof createPartitions>['topics']>[number]

interface GrowOptions {
  version?: number
  validateOnly?: boolean
}

async function grow(
  topics: readonly TopicInit[],
  { version = latest(createPartitions), validateOnly = false }: GrowOptions = {}
) {
  const response = await request(createPartitions, version, { topics, timeoutMs: 15_000, validateOnly })
  expect(response.throttleTimeMs).toBe(0)
  return response.results.map(({ name, errorCode, errorMessage }) => ({
    name,
    error: errorName(errorCode),
    errorMessage
  }))
}

/** Error and message of a refusal that must leave the two partitions as they are. */
async function refusal(init: (topic: Topic) => Omit<TopicInit, 'name'> | Promise<Omit<TopicInit, 'name'>>) {
  const topic = await createTopic({ partitions: 2 })
  const [{ error, errorMessage }] = await grow([{ name: topic.name, assignments: null, ...(await init(topic)) }])
  expect((await describeTopic(topic.name)).partitions).toHaveLength(2)
  return [error, errorMessage?.replaceAll(topic.name, 'NAME')]
}

describe('CreatePartitions', () => {
  testEachVersion(createPartitions, 'adds partitions that can be written to', async (version) => {
    const topic = await createTopic({ partitions: 1 })
    expect(await grow([{ name: topic.name, count: 3, assignments: null }], { version })).toEqual([
      { name: topic.name, error: 'NONE', errorMessage: null }
    ])
    const { partitions } = await topicReady(topic.name, 3)
    expect(partitions).toHaveLength(3)
    expect(await fill(topic, ['in the new one'], { partition: 2 })).toBe(0)
  })

  testEachVersion(createPartitions, 'only validates', async (version) => {
    const topic = await createTopic({ partitions: 1 })
    const outcomes = await grow([{ name: topic.name, count: 3, assignments: null }], { version, validateOnly: true })
    expect(outcomes).toEqual([{ name: topic.name, error: 'NONE', errorMessage: null }])
    expect((await describeTopic(topic.name)).partitions).toHaveLength(1)
  })

  testEachVersion(createPartitions, 'takes replicas as assigned', async (version) => {
    const topic = await createTopic({ partitions: 1 })
    const assignments = [{ brokerIds: [await brokerId()] }]
    expect(await grow([{ name: topic.name, count: 2, assignments }], { version })).toMatchObject([{ error: 'NONE' }])
    await topicReady(topic.name, 2)
  })

  testEachVersion(createPartitions, 'says that a topic is unknown', async (version) => {
    const name = uniqueName('unknown')
    expect(await grow([{ name, count: 2, assignments: null }], { version })).toEqual([
      { name, error: 'UNKNOWN_TOPIC_OR_PARTITION', errorMessage: null }
    ])
  })

  test('refuses a topic that stands twice in the request', async () => {
    const { name } = await createTopic()
    const outcomes = await grow([2, 3].map((count) => ({ name, count, assignments: null })))
    expect(outcomes.map(({ error, errorMessage }) => [error, errorMessage])).toMatchInlineSnapshot(`
      [
        [
          "INVALID_REQUEST",
          "Duplicate topic name.",
        ],
      ]
    `)
  })

  test('answers an empty request', async () => {
    expect(await grow([])).toEqual([])
  })

  describe('refuses', () => {
    test('fewer partitions', async () => {
      expect(await refusal(() => ({ count: 1 }))).toMatchInlineSnapshot(`
        [
          "INVALID_PARTITIONS",
          "The topic NAME currently has 2 partition(s); 1 would not be an increase.",
        ]
      `)
    })
    test('as many partitions as there are', async () => {
      expect(await refusal(() => ({ count: 2 }))).toMatchInlineSnapshot(`
        [
          "INVALID_PARTITIONS",
          "Topic already has 2 partition(s).",
        ]
      `)
    })
    test('0 partitions', async () => {
      expect(await refusal(() => ({ count: 0 }))).toMatchInlineSnapshot(`
        [
          "INVALID_PARTITIONS",
          "The topic NAME currently has 2 partition(s); 0 would not be an increase.",
        ]
      `)
    })
    test('-1 partitions', async () => {
      expect(await refusal(() => ({ count: -1 }))).toMatchInlineSnapshot(`
        [
          "INVALID_PARTITIONS",
          "The topic NAME currently has 2 partition(s); -1 would not be an increase.",
        ]
      `)
    })
    test('fewer assignments than new partitions', async () => {
      const assignments = [{ brokerIds: [await brokerId()] }]
      expect(await refusal(() => ({ count: 4, assignments }))).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.",
        ]
      `)
    })
    test('more assignments than new partitions', async () => {
      const brokerIds = [await brokerId()]
      expect(await refusal(() => ({ count: 3, assignments: [{ brokerIds }, { brokerIds }] }))).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "Attempted to add 1 additional partition(s), but only 2 assignment(s) were specified.",
        ]
      `)
    })
    test('an empty assignment', async () => {
      expect(await refusal(() => ({ count: 3, assignments: [{ brokerIds: [] }] }))).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "The manual partition assignment includes an empty replica list.",
        ]
      `)
    })
    test('an empty list of assignments', async () => {
      expect(await refusal(() => ({ count: 3, assignments: [] }))).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "Attempted to add 1 additional partition(s), but only 0 assignment(s) were specified.",
        ]
      `)
    })
    test('a broker that is not there', async () => {
      expect(await refusal(() => ({ count: 3, assignments: [{ brokerIds: [4711] }] }))).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "The manual partition assignment includes broker 4711, but no such broker is registered.",
        ]
      `)
    })
    test('more replicas than the topic has', async () => {
      const node = await brokerId()
      expect(await refusal(() => ({ count: 3, assignments: [{ brokerIds: [node, 4711] }] }))).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "The manual partition assignment includes broker 4711, but no such broker is registered.",
        ]
      `)
    })
    test('a broker twice', async () => {
      const node = await brokerId()
      expect(await refusal(() => ({ count: 3, assignments: [{ brokerIds: [node, node] }] }))).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "The manual partition assignment includes the broker 1 more than once.",
        ]
      `)
    })
  })
})
