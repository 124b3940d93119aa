import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import type { RequestInitOf, ResponseOf } from '../../src/protocol/schema.ts'
import { ZERO_UUID } from '../../src/protocol/schema.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { brokerId, configEntries, createTopic, describeTopic, topicReady } from './topics.ts'
import { request } from './wire.ts'

type TopicInit = NonNullable<RequestInitOf<typeof createTopics>['topics']>[number]
type Outcome = ResponseOf<typeof createTopics>['topics'][number]

interface CreateOptions {
  version?: number
  validateOnly?: boolean
}

async function create(topics: readonly TopicInit[], options: CreateOptions = {}): Promise<Outcome[]> {
  const version = options.version ?? latest(createTopics)
  const response = await request(createTopics, version, {
    topics,
    timeoutMs: 15_000,
    validateOnly: options.validateOnly ?? false
  })
  expect(response.throttleTimeMs).toBe(0)
  return response.topics
}

/** Error name and message of a topic that must be refused, and must not exist afterwards. */
async function refusal(init: Omit<TopicInit, 'name'> & { name?: string }) {
  const name = init.name ?? uniqueName('refused')
  const outcomes = await create([{ numPartitions: 1, replicationFactor: 1, ...init, name }])
  expect(outcomes).toHaveLength(1)
  const [{ errorCode, errorMessage, numPartitions, replicationFactor, configs, topicId }] = outcomes
  expect({ numPartitions, replicationFactor, configs, topicId }).toEqual({
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
    topicId: ZERO_UUID
  })
  return [errorName(errorCode), (name === '' ? errorMessage : errorMessage?.replaceAll(name, 'NAME')) ?? null]
}

describe('CreateTopics', () => {
  testEachVersion(createTopics, 'creates a topic', async (version) => {
    const name = uniqueName('create')
    const configs = configEntries({ 'retention.ms': '3600000' })
    const [outcome] = await create([{ name, numPartitions: 2, replicationFactor: 1, configs }], { version })
    expect(errorName(outcome.errorCode)).toBe('NONE')
    expect(outcome.errorMessage).toBeNull()
    expect(outcome.name).toBe(name)
    const described = await topicReady(name, 2)
    expect(described.partitions).toHaveLength(2)
    if (version >= 7) expect(outcome.topicId).toBe(described.topicId)
    if (version < 5) return
    expect([outcome.numPartitions, outcome.replicationFactor]).toEqual([2, 1])
    const retention = outcome.configs?.find((config) => config.name === 'retention.ms')
    expect(retention).toEqual({
      name: 'retention.ms',
      value: '3600000',
      readOnly: false,
      configSource: 1,
      isSensitive: false
    })
    expect(outcome.configs?.find((config) => config.name === 'cleanup.policy')).toMatchObject({
      value: 'delete',
      configSource: 5
    })
  })

  testEachVersion(createTopics, 'only validates', async (version) => {
    const name = uniqueName('validate')
    const [outcome] = await create([{ name, numPartitions: 1, replicationFactor: 1 }], { version, validateOnly: true })
    expect(errorName(outcome.errorCode)).toBe('NONE')
    expect(errorName((await describeTopic(name)).errorCode)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })

  testEachVersion(
    createTopics,
    'takes the partition count and replication factor of the broker for -1',
    async (version) => {
      const name = uniqueName('defaults')
      const [outcome] = await create([{ name, numPartitions: -1, replicationFactor: -1 }], { version })
      expect(errorName(outcome.errorCode)).toBe('NONE')
      expect((await topicReady(name)).partitions).toHaveLength(1)
    }
  )

  testEachVersion(createTopics, 'takes replicas as assigned', async (version) => {
    const name = uniqueName('assigned')
    const node = await brokerId()
    const assignments = [1, 0].map((partitionIndex) => ({ partitionIndex, brokerIds: [node] }))
    const [outcome] = await create([{ name, numPartitions: -1, replicationFactor: -1, assignments }], { version })
    expect(errorName(outcome.errorCode)).toBe('NONE')
    expect((await topicReady(name, 2)).partitions).toHaveLength(2)
  })

  testEachVersion(createTopics, 'refuses a topic that exists', async (version) => {
    const { name } = await createTopic()
    const [outcome] = await create([{ name, numPartitions: 1, replicationFactor: 1 }], { version })
    expect([errorName(outcome.errorCode), outcome.errorMessage]).toEqual([
      'TOPIC_ALREADY_EXISTS',
      `Topic '${name}' already exists.`
    ])
  })

  test('judges each topic by itself', async () => {
    const names = ['good', 'bad'].map(uniqueName)
    const outcomes = await create([
      { name: names[0], numPartitions: 1, replicationFactor: 1 },
      { name: names[1], numPartitions: 0, replicationFactor: 1 }
    ])
    const errors = Object.fromEntries(outcomes.map(({ name, errorCode }) => [name, errorName(errorCode)]))
    expect(errors).toEqual({ [names[0]]: 'NONE', [names[1]]: 'INVALID_PARTITIONS' })
    await topicReady(names[0])
  })

  test('refuses a name that stands twice in the request', async () => {
    const name = uniqueName('twice')
    const outcomes = await create([
      { name, numPartitions: 1, replicationFactor: 1 },
      { name, numPartitions: 2, replicationFactor: 1 }
    ])
    expect(outcomes.map(({ errorCode, errorMessage }) => [errorName(errorCode), errorMessage])).toMatchInlineSnapshot(`
      [
        [
          "INVALID_REQUEST",
          "Duplicate topic name.",
        ],
      ]
    `)
    expect(errorName((await describeTopic(name)).errorCode)).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })

  test('answers an empty request', async () => {
    expect(await create([])).toEqual([])
  })

  describe('refuses', () => {
    test('an empty name', async () => {
      expect(await refusal({ name: '' })).toMatchInlineSnapshot(`
        [
          "INVALID_TOPIC_EXCEPTION",
          "Topic name is invalid: the empty string is not allowed",
        ]
      `)
    })
    test('the name "."', async () => {
      expect(await refusal({ name: '.' })).toMatchInlineSnapshot(`
        [
          "INVALID_TOPIC_EXCEPTION",
          "Topic name is invalid: 'NAME' is not allowed",
        ]
      `)
    })
    test('the name ".."', async () => {
      expect(await refusal({ name: '..' })).toMatchInlineSnapshot(`
        [
          "INVALID_TOPIC_EXCEPTION",
          "Topic name is invalid: 'NAME' is not allowed",
        ]
      `)
    })
    test('a character that no name may have', async () => {
      expect(await refusal({ name: 'with space' })).toMatchInlineSnapshot(`
        [
          "INVALID_TOPIC_EXCEPTION",
          "Topic name is invalid: 'NAME' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
        ]
      `)
    })
    test('a name of 250 characters', async () => {
      expect(await refusal({ name: 'a'.repeat(250) })).toMatchInlineSnapshot(`
        [
          "INVALID_TOPIC_EXCEPTION",
          "Topic name is invalid: the length of 'NAME' is longer than the max allowed length 249",
        ]
      `)
    })
    test('the internal metadata topic', async () => {
      expect(await refusal({ name: '__cluster_metadata' })).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Creation of internal topic NAME is prohibited.",
        ]
      `)
    })
    test('a name that collides in metrics', async () => {
      const name = uniqueName('collide')
      await createTopic({ name: `${name}.x` })
      const [error, message] = await refusal({ name: `${name}_x` })
      expect([error, message?.replaceAll(name, 'BASE')]).toMatchInlineSnapshot(`
        [
          "INVALID_TOPIC_EXCEPTION",
          "Topic 'NAME' collides with existing topic: BASE.x",
        ]
      `)
    })
    test('0 partitions', async () => {
      expect(await refusal({ numPartitions: 0 })).toMatchInlineSnapshot(`
        [
          "INVALID_PARTITIONS",
          "Number of partitions was set to an invalid non-positive value.",
        ]
      `)
    })
    test('-2 partitions', async () => {
      expect(await refusal({ numPartitions: -2 })).toMatchInlineSnapshot(`
        [
          "INVALID_PARTITIONS",
          "Number of partitions was set to an invalid non-positive value.",
        ]
      `)
    })
    test('a replication factor of 0', async () => {
      expect(await refusal({ replicationFactor: 0 })).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICATION_FACTOR",
          "Replication factor must be larger than 0, or -1 to use the default value.",
        ]
      `)
    })
    test('a replication factor of -2', async () => {
      expect(await refusal({ replicationFactor: -2 })).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICATION_FACTOR",
          "Replication factor must be larger than 0, or -1 to use the default value.",
        ]
      `)
    })
    test('more replicas than brokers', async () => {
      expect(await refusal({ replicationFactor: 3 })).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICATION_FACTOR",
          "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.",
        ]
      `)
    })
    test('more partitions than one batch of records can create', async () => {
      expect(await refusal({ numPartitions: 100_000 })).toMatchInlineSnapshot(`
        [
          "POLICY_VIOLATION",
          "Excessively large number of partitions per request.",
        ]
      `)
    })
    test('assignments beside a partition count', async () => {
      const assignments = [{ partitionIndex: 0, brokerIds: [await brokerId()] }]
      expect(await refusal({ numPartitions: 1, replicationFactor: -1, assignments })).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "A manual partition assignment was specified, but numPartitions was not set to -1.",
        ]
      `)
    })
    test('assignments beside a replication factor', async () => {
      const assignments = [{ partitionIndex: 0, brokerIds: [await brokerId()] }]
      expect(await refusal({ numPartitions: -1, replicationFactor: 1, assignments })).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "A manual partition assignment was specified, but replication factor was not set to -1.",
        ]
      `)
    })
    test('assignments with a gap', async () => {
      const brokerIds = [await brokerId()]
      const assignments = [0, 2].map((partitionIndex) => ({ partitionIndex, brokerIds }))
      expect(await refusal({ numPartitions: -1, replicationFactor: -1, assignments })).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "partitions should be a consecutive 0-based integer sequence",
        ]
      `)
    })
    test('a partition assigned twice', async () => {
      const brokerIds = [await brokerId()]
      const assignments = [0, 0].map((partitionIndex) => ({ partitionIndex, brokerIds }))
      expect(await refusal({ numPartitions: -1, replicationFactor: -1, assignments })).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "Found multiple manual partition assignments for partition 0",
        ]
      `)
    })
    test('a partition assigned to nobody', async () => {
      const assignments = [{ partitionIndex: 0, brokerIds: [] }]
      expect(await refusal({ numPartitions: -1, replicationFactor: -1, assignments })).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "The manual partition assignment includes an empty replica list.",
        ]
      `)
    })
    test('a partition assigned to a broker that is not there', async () => {
      const assignments = [{ partitionIndex: 0, brokerIds: [4711] }]
      expect(await refusal({ numPartitions: -1, replicationFactor: -1, assignments })).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "The manual partition assignment includes broker 4711, but no such broker is registered.",
        ]
      `)
    })
    test('a partition assigned twice to one broker', async () => {
      const node = await brokerId()
      const assignments = [{ partitionIndex: 0, brokerIds: [node, node] }]
      expect(await refusal({ numPartitions: -1, replicationFactor: -1, assignments })).toMatchInlineSnapshot(`
        [
          "INVALID_REPLICA_ASSIGNMENT",
          "The manual partition assignment includes the broker 1 more than once.",
        ]
      `)
    })
    test('an unknown config', async () => {
      expect(await refusal({ configs: configEntries({ 'no.such.config': '1' }) })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Unknown topic config name: no.such.config",
        ]
      `)
    })
    test('a number that is none', async () => {
      expect(await refusal({ configs: configEntries({ 'retention.ms': 'soon' }) })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Invalid value soon for configuration retention.ms: Not a number of type LONG",
        ]
      `)
    })
    test('a number out of range', async () => {
      expect(await refusal({ configs: configEntries({ 'segment.bytes': '1' }) })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Invalid value 1 for configuration segment.bytes: Value must be at least 1048576",
        ]
      `)
    })
    test('a choice that is none', async () => {
      expect(await refusal({ configs: configEntries({ 'compression.type': 'brotli' }) })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Invalid value brotli for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer",
        ]
      `)
    })
    test('a boolean that is none', async () => {
      expect(await refusal({ configs: configEntries({ preallocate: 'maybe' }) })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Invalid value maybe for configuration preallocate: Expected value to be either true or false",
        ]
      `)
    })
    test('a cleanup policy that is none', async () => {
      expect(await refusal({ configs: configEntries({ 'cleanup.policy': 'shrink' }) })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Invalid value shrink for configuration cleanup.policy: String must be one of: compact, delete",
        ]
      `)
    })
    test('a config without a value', async () => {
      expect(await refusal({ configs: [{ name: 'retention.ms', value: null }] })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Null value not supported for topic configs: retention.ms",
        ]
      `)
    })
    test('compaction lags that contradict each other', async () => {
      const configs = configEntries({ 'min.compaction.lag.ms': '10', 'max.compaction.lag.ms': '5' })
      expect(await refusal({ configs })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)",
        ]
      `)
    })
    test('tiered storage, which the broker has not', async () => {
      expect(await refusal({ configs: configEntries({ 'remote.storage.enable': 'true' }) })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.",
        ]
      `)
    })
  })
})
