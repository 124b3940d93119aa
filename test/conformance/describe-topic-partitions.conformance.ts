import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { describeTopicPartitions } from '../../src/protocol/messages/describe-topic-partitions.ts'
import type { RequestInitOf } from '../../src/protocol/schema.ts'
import { ZERO_UUID } from '../../src/protocol/schema.ts'
import { invalidTopicNames } from './invalid-topic-names.ts'
import { uniqueName } from './target.ts'
import { brokerId, createTopic } from './topics.ts'
import { request } from './wire.ts'

const describePartitions = (body: RequestInitOf<typeof describeTopicPartitions>) =>
  request(describeTopicPartitions, 0, { responsePartitionLimit: 2000, ...body })

type Described = Awaited<ReturnType<typeof describePartitions>>

/** `topic:partition,...` of an answer, in its order. */
const shape = (response: Described) =>
  response.topics.map(({ name, partitions }) => `${name}:${partitions.map(({ partitionIndex }) => partitionIndex)}`)

describe('DescribeTopicPartitions', () => {
  test('describes a topic', async () => {
    const topic = await createTopic({ partitions: 2 })
    const node = await brokerId()
    const response = await describePartitions({ topics: [{ name: topic.name }] })
    expect(response).toEqual({
      throttleTimeMs: 0,
      nextCursor: null,
      topics: [
        {
          errorCode: 0,
          name: topic.name,
          topicId: topic.topicId,
          isInternal: false,
          // READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS
          topicAuthorizedOperations: 0b110111111000,
          partitions: [0, 1].map((partitionIndex) => ({
            errorCode: 0,
            partitionIndex,
            leaderId: node,
            leaderEpoch: 0,
            replicaNodes: [node],
            isrNodes: [node],
            eligibleLeaderReplicas: [],
            lastKnownElr: [],
            offlineReplicas: []
          }))
        }
      ]
    })
  })

  test('describes every topic when none is named, in order of their names', async () => {
    const topic = await createTopic()
    const response = await describePartitions({ topics: [] })
    const names = response.topics.map(({ name }) => name ?? '')
    expect(names).toContain(topic.name)
    expect(names).toEqual(names.toSorted())
  })

  test('answers in order of the names, each topic once', async () => {
    const prefix = uniqueName('order')
    for (const end of ['b', 'a', 'c']) await createTopic({ name: `${prefix}-${end}` })
    const topics = ['c', 'a', 'b', 'a'].map((end) => ({ name: `${prefix}-${end}` }))
    expect(shape(await describePartitions({ topics }))).toEqual(['a:0', 'b:0', 'c:0'].map((end) => `${prefix}-${end}`))
  })

  test('says that a topic is unknown', async () => {
    const name = uniqueName('unknown')
    const response = await describePartitions({ topics: [{ name }] })
    expect(response.topics).toHaveLength(1)
    expect(response.topics[0]).toMatchObject({ errorCode: 3, name, topicId: ZERO_UUID, partitions: [] })
  })

  // Apache Kafka fails on the empty name (UNKNOWN_SERVER_ERROR): nothing to agree with.
  test.each(invalidTopicNames.filter((name) => name !== ''))('refuses the invalid name %j', async (name) => {
    const response = await describePartitions({ topics: [{ name }] })
    expect(response.topics.map(({ errorCode }) => errorName(errorCode))).toEqual(['INVALID_TOPIC_EXCEPTION'])
  })

  test('stops at the partition limit and goes on at the cursor', async () => {
    const prefix = uniqueName('pages')
    const topics = [{ name: `${prefix}-a` }, { name: `${prefix}-b` }]
    for (const { name } of topics) await createTopic({ name, partitions: 3 })

    const pages: string[][] = []
    let cursor: Described['nextCursor'] = null
    do {
      const response: Described = await describePartitions({ topics, responsePartitionLimit: 2, cursor })
      pages.push(shape(response).map((line) => line.slice(prefix.length)))
      cursor = response.nextCursor
    } while (cursor !== null)
    expect(pages).toEqual([['-a:0,1'], ['-a:2', '-b:0'], ['-b:1,2']])
  })

  test('a cursor past the last partition of its topic goes on with the next topic', async () => {
    const prefix = uniqueName('cursor')
    const topics = [{ name: `${prefix}-a` }, { name: `${prefix}-b` }]
    for (const { name } of topics) await createTopic({ name, partitions: 2 })
    const response = await describePartitions({ topics, cursor: { topicName: `${prefix}-a`, partitionIndex: 2 } })
    expect(shape(response)).toEqual([`${prefix}-a:`, `${prefix}-b:0,1`])
  })

  test('a cursor in a topic that was not asked for is refused', async () => {
    const prefix = uniqueName('cursor')
    const topics = [{ name: `${prefix}-a` }, { name: `${prefix}-c` }]
    for (const { name } of topics) await createTopic({ name })
    const response = await describePartitions({ topics, cursor: { topicName: `${prefix}-b`, partitionIndex: 0 } })
    expect(response.topics.map(({ errorCode }) => errorName(errorCode))).toEqual(['INVALID_REQUEST', 'INVALID_REQUEST'])
  })

  test('a cursor narrows the list of all topics', async () => {
    const { name } = await createTopic()
    const response = await describePartitions({ topics: [], cursor: { topicName: `${name}-`, partitionIndex: 0 } })
    expect(response.topics.every((topic) => (topic.name ?? '') > name)).toBe(true)
  })

  test('a negative cursor partition is refused', async () => {
    const topic = await createTopic()
    const cursor = { topicName: topic.name, partitionIndex: -1 }
    const response = await describePartitions({ topics: [{ name: topic.name }], cursor })
    expect(response.topics.map(({ errorCode }) => errorName(errorCode))).toEqual(['INVALID_REQUEST'])
  })

  test.each([0, -5])('a limit of %i gives one partition', async (responsePartitionLimit) => {
    const topic = await createTopic({ partitions: 2 })
    const response = await describePartitions({ topics: [{ name: topic.name }], responsePartitionLimit })
    expect(shape(response)).toEqual([`${topic.name}:0`])
    expect(response.nextCursor).toEqual({ topicName: topic.name, partitionIndex: 1 })
  })
})
