import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { ZERO_UUID } from '../../src/protocol/schema.ts'
import { invalidTopicNames } from './invalid-topic-names.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { target, uniqueName } from './target.ts'
import { brokerId, createTopic, topicReady, UNKNOWN_TOPIC_ID } from './topics.ts'
import { connect, request } from './wire.ts'

const noCreation = (version: number) => (version >= 4 ? { allowAutoTopicCreation: false } : {})

describe('Metadata', () => {
  testEachVersion(metadata, 'describes a topic by name', async (version) => {
    const topic = await createTopic({ partitions: 3 })
    const node = await brokerId()
    const response = await request(metadata, version, { topics: [{ name: topic.name }], ...noCreation(version) })

    expect(response.brokers).toEqual([{ nodeId: node, host: target.host, port: target.port, rack: null }])
    expect(response.throttleTimeMs).toBe(0)
    expect(response.topics).toHaveLength(1)
    const [found] = response.topics
    expect(errorName(found.errorCode)).toBe('NONE')
    expect(found.name).toBe(topic.name)
    expect(found.isInternal).toBe(false)
    expect(found.topicId).toBe(version >= 10 ? topic.topicId : ZERO_UUID)
    expect(found.topicAuthorizedOperations).toBe(-2147483648)
    expect(found.partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex)).toEqual(
      [0, 1, 2].map((partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId: node,
        leaderEpoch: version >= 7 ? 0 : -1,
        replicaNodes: [node],
        isrNodes: [node],
        offlineReplicas: []
      }))
    )
    if (version >= 1) expect(response.controllerId).toBe(node)
    if (version >= 2) expect(response.clusterId).toMatch(/^[\w-]{22}$/)
    expect(response.errorCode).toBe(0)
  })

  testEachVersion(metadata, 'describes all topics', async (version) => {
    const topics = [await createTopic(), await createTopic()]
    const response = await request(metadata, version, { topics: version === 0 ? [] : null, ...noCreation(version) })
    const names = response.topics.map(({ name }) => name)
    for (const topic of topics) expect(names).toContain(topic.name)
  })

  testEachVersion(
    metadata,
    'describes no topic when none is asked for',
    async (version) => {
      const response = await request(metadata, version, { topics: [] })
      expect(response.topics).toEqual([])
      expect(response.brokers).toHaveLength(1)
    },
    { from: 1 }
  )

  testEachVersion(
    metadata,
    'says that a topic is unknown, and does not create it',
    async (version) => {
      const name = uniqueName('unknown')
      for (let attempt = 0; attempt < 2; attempt++) {
        const response = await request(metadata, version, { topics: [{ name }], allowAutoTopicCreation: false })
        expect(response.topics).toEqual([
          {
            errorCode: 3,
            name,
            topicId: ZERO_UUID,
            isInternal: false,
            partitions: [],
            topicAuthorizedOperations: -2147483648
          }
        ])
      }
    },
    { from: 4 }
  )

  testEachVersion(metadata, 'creates a topic on demand', async (version) => {
    const name = uniqueName('auto')
    const first = await request(metadata, version, { topics: [{ name }] })
    // Apache Kafka answers before the topic is there, Odradek after.
    expect(['NONE', 'UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']).toContain(
      errorName(first.topics[0].errorCode)
    )
    expect((await topicReady(name)).partitions).toHaveLength(1)
  })

  test.each(invalidTopicNames)('refuses the invalid name %j, with and without creation', async (name) => {
    for (const allowAutoTopicCreation of [true, false]) {
      const response = await request(metadata, latest(metadata), { topics: [{ name }], allowAutoTopicCreation })
      expect(response.topics).toHaveLength(1)
      expect(errorName(response.topics[0].errorCode)).toBe('INVALID_TOPIC_EXCEPTION')
      expect(response.topics[0].name).toBe(name)
      expect(response.topics[0].partitions).toEqual([])
    }
  })

  test('refuses to create a topic whose name collides in metrics', async () => {
    const name = uniqueName('collides')
    await createTopic({ name: `${name}.a` })
    const response = await request(metadata, latest(metadata), { topics: [{ name: `${name}_a` }] })
    expect(['INVALID_TOPIC_EXCEPTION', 'UNKNOWN_TOPIC_OR_PARTITION']).toContain(errorName(response.topics[0].errorCode))
    const later = await request(metadata, latest(metadata), {
      topics: [{ name: `${name}_a` }],
      allowAutoTopicCreation: false
    })
    expect(errorName(later.topics[0].errorCode)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })

  testEachVersion(
    metadata,
    'describes a topic by id',
    async (version) => {
      const topic = await createTopic()
      const response = await request(metadata, version, { topics: [{ name: null, topicId: topic.topicId }] })
      expect(response.topics).toHaveLength(1)
      expect(response.topics[0]).toMatchObject({ errorCode: 0, name: topic.name, topicId: topic.topicId })
    },
    { from: 12 }
  )

  testEachVersion(
    metadata,
    'says that an id is unknown, without a name',
    async (version) => {
      const response = await request(metadata, version, { topics: [{ name: null, topicId: UNKNOWN_TOPIC_ID }] })
      expect(response.topics).toHaveLength(1)
      expect(response.topics[0]).toMatchObject({
        errorCode: 100,
        name: null,
        topicId: UNKNOWN_TOPIC_ID,
        partitions: []
      })
    },
    { from: 12 }
  )

  test('names are ignored beside ids', async () => {
    const [byId, byName] = [await createTopic(), await createTopic()]
    const response = await request(metadata, latest(metadata), {
      topics: [{ name: null, topicId: byId.topicId }, { name: byName.name }]
    })
    expect(response.topics.map(({ name }) => name)).toEqual([byId.name])
  })

  testEachVersion(
    metadata,
    'refuses topic ids in versions that do not know them',
    async (version) => {
      const topic = await createTopic()
      const response = await request(metadata, version, { topics: [{ name: topic.name, topicId: topic.topicId }] })
      expect(response.topics.map(({ errorCode }) => errorName(errorCode))).toEqual(['INVALID_REQUEST'])
      expect(response.brokers).toEqual([])
    },
    { from: 10, to: 11 }
  )

  test('describes a topic named twice once', async () => {
    const topic = await createTopic()
    const response = await request(metadata, latest(metadata), { topics: [{ name: topic.name }, { name: topic.name }] })
    expect(response.topics).toHaveLength(1)
  })

  testEachVersion(
    metadata,
    'gives the authorized operations on request',
    async (version) => {
      const topic = await createTopic()
      const cluster = version <= 10 ? { includeClusterAuthorizedOperations: true } : {}
      const response = await request(metadata, version, {
        topics: [{ name: topic.name }],
        includeTopicAuthorizedOperations: true,
        ...cluster
      })
      // READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS
      expect(response.topics[0].topicAuthorizedOperations).toBe(0b110111111000)
      // CREATE, ALTER, DESCRIBE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE; and none when not asked for
      expect(response.clusterAuthorizedOperations).toBe(version <= 10 ? 0b1111110100000 : -2147483648)
    },
    { from: 8 }
  )

  test('is the same on every connection', async () => {
    const connection = await connect({ clientId: null })
    const [own, shared] = [
      await connection.request(metadata, 12, { topics: [] }),
      await request(metadata, 12, { topics: [] })
    ]
    expect(own).toEqual(shared)
  })
})
