import { beforeEach, describe, expect, test } from 'vitest'
import type { ConfigSetting } from '../configs/config-values.ts'
import type { KafkaError } from '../error-codes.ts'
import { MemoryFileSystem } from '../storage/file-system-memory.ts'
import type { CreateTopicOutcome } from './create-topics.ts'
import type { MetadataDelta } from './delta.ts'
import { ResourceType } from './resource-type.ts'
import { create, DIRECTORY_ID, openController, topicsOf } from './testing/test-controller.ts'

let fileSystem: MemoryFileSystem
const open = (settings: ConfigSetting[] = []) => openController(fileSystem, { settings })
const errorOf = (outcome: { error?: KafkaError }) => [outcome.error?.errorName, outcome.error?.message]

beforeEach(() => {
  fileSystem = new MemoryFileSystem()
})

describe('a new directory', () => {
  test('has the features of a freshly formatted 4.3.1 and one registered, unfenced broker', () => {
    const { image, brokerEpoch } = open()
    expect(Object.fromEntries(image.features())).toEqual({
      'metadata.version': 30,
      'eligible.leader.replicas.version': 1,
      'group.version': 1,
      'share.version': 1,
      'streams.version': 1,
      'transaction.version': 2
    })
    expect([...image.brokers()]).toMatchObject([{ brokerId: 1, brokerEpoch, fenced: false, logDirs: [DIRECTORY_ID] }])
    expect([...image.configs(ResourceType.BROKER, '')]).toEqual([['min.insync.replicas', '1']])
  })

  test('is the dynamic form of quorum, with the files that Apache Kafka expects', () => {
    open().close()
    const names = fileSystem.list('/data/__cluster_metadata-0').map(({ name }) => name)
    expect(names.sort()).toEqual([
      '00000000000000000000-0000000000.checkpoint',
      '00000000000000000000.log',
      'leader-epoch-checkpoint',
      'partition.metadata',
      'quorum-state'
    ])
    const text = (name: string) => fileSystem.readFile(`/data/__cluster_metadata-0/${name}`).toString()
    expect(text('partition.metadata')).toBe('version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ')
    expect(JSON.parse(text('quorum-state'))).toEqual({
      leaderId: 1,
      leaderEpoch: 1,
      votedId: -1,
      votedDirectoryId: 'AAAAAAAAAAAAAAAAAAAAAA',
      data_version: 1
    })
    expect(text('leader-epoch-checkpoint')).toBe('0\n1\n1 0\n')
  })
})

describe('a restart', () => {
  test('finds everything again, in new epochs', () => {
    const first = open()
    first.createTopics([{ name: 'a', numPartitions: 3, configs: [{ name: 'retention.ms', value: '5' }] }], create)
    first.allocateProducerIds()
    const before = topicsOf(first)
    first.close()
    const second = open()
    expect(topicsOf(second)).toEqual(
      before.map((topic) => ({
        ...topic,
        partitions: topic.partitions.map((p) => ({ ...p, leaderEpoch: 1, partitionEpoch: 1 }))
      }))
    )
    expect(second.brokerEpoch).toBeGreaterThan(first.brokerEpoch)
    expect(second.allocateProducerIds()).toEqual({ firstProducerId: 1000, count: 1000 })
  })

  test('after a death without a stop is the same', () => {
    const first = open()
    first.createTopics([{ name: 'a', numPartitions: 1 }], create)
    fileSystem.kill()
    expect(topicsOf(open()).map(({ name }) => name)).toEqual(['a'])
  })

  test('cuts a torn tail', () => {
    const first = open()
    first.createTopics([{ name: 'a' }], create)
    const path = '/data/__cluster_metadata-0/00000000000000000000.log'
    const size = fileSystem.fileSize(path)
    first.createTopics([{ name: 'b' }], create)
    fileSystem.kill()
    fileSystem.open(path, 'write').truncate(size + 40)
    const second = open()
    expect(topicsOf(second).map(({ name }) => name)).toEqual(['a'])
    second.createTopics([{ name: 'c' }], create)
    fileSystem.kill()
    expect(topicsOf(open()).map(({ name }) => name)).toEqual(['a', 'c'])
  })

  test('refuses a damaged batch that valid ones follow', () => {
    const first = open()
    first.createTopics([{ name: 'a' }], create)
    const path = '/data/__cluster_metadata-0/00000000000000000000.log'
    const size = fileSystem.fileSize(path)
    first.createTopics([{ name: 'b' }], create)
    first.createTopics([{ name: 'c' }], create)
    fileSystem.kill()
    fileSystem.open(path, 'write').write([Buffer.from([0xff])], size + 70)
    expect(() => open()).toThrow(/is damaged in .* at byte \d+, and valid batches follow/)
  })

  test('leads 2,000 partitions again in little time', () => {
    const first = open()
    const startMs = performance.now()
    first.createTopics([{ name: 'wide', numPartitions: 2000 }], create)
    const createdMs = performance.now() - startMs
    first.close()
    const second = open()
    expect(second.image.topic('wide')?.partitions.every((p) => p.leader === 1 && p.leaderEpoch === 1)).toBe(true)
    expect(createdMs).toBeLessThan(300)
  })
})

describe('createTopics', () => {
  test('announces the new topic once, after it is in the image', () => {
    const controller = open()
    const deltas: MetadataDelta[] = []
    controller.onChange((delta) => {
      expect(controller.image.topic('a')?.partitions.length).toBe(2)
      deltas.push(delta)
    })
    const [outcome] = controller.createTopics(
      [{ name: 'a', numPartitions: 2, configs: [{ name: 'cleanup.policy', value: 'compact' }] }],
      create
    )
    expect(outcome).toMatchObject({ name: 'a', numPartitions: 2, replicationFactor: 1 })
    expect(deltas).toHaveLength(1)
    expect(deltas[0]).toMatchObject({
      topicsDeleted: [],
      partitionsAdded: [],
      configsChanged: [],
      leadershipChanged: []
    })
    expect(deltas[0].topicsCreated.map(({ name, configs }) => [name, [...configs]])).toEqual([
      ['a', [['cleanup.policy', 'compact']]]
    ])
  })

  test('takes the defaults of the broker', () => {
    const controller = open([['num.partitions', '4', 'file']])
    expect(controller.createTopics([{ name: 'a' }], create)).toMatchObject([{ numPartitions: 4 }])
  })

  test('with validateOnly answers the same and changes nothing', () => {
    const controller = open()
    const offset = controller.image.offset
    const outcome = controller.createTopics([{ name: 'a', numPartitions: 2 }, { name: 'b/c' }], { validateOnly: true })
    expect(outcome.map((o) => o.error?.errorName)).toEqual([undefined, 'INVALID_TOPIC_EXCEPTION'])
    expect(controller.image.offset).toBe(offset)
  })

  const long = 'x'.repeat(250)
  test.each([
    [{ name: '' }, 'INVALID_TOPIC_EXCEPTION', 'Topic name is invalid: the empty string is not allowed'],
    [{ name: '..' }, 'INVALID_TOPIC_EXCEPTION', "Topic name is invalid: '..' is not allowed"],
    [
      { name: long },
      'INVALID_TOPIC_EXCEPTION',
      `Topic name is invalid: the length of '${long}' is longer than the max allowed length 249`
    ],
    [
      { name: 'a b' },
      'INVALID_TOPIC_EXCEPTION',
      "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
    ],
    [{ name: 'is.here' }, 'TOPIC_ALREADY_EXISTS', "Topic 'is.here' already exists."],
    [{ name: 'is_here' }, 'INVALID_TOPIC_EXCEPTION', "Topic 'is_here' collides with existing topic: is.here"],
    [
      { name: 'n', numPartitions: 0 },
      'INVALID_PARTITIONS',
      'Number of partitions was set to an invalid non-positive value.'
    ],
    [
      { name: 'n', replicationFactor: 0 },
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.'
    ],
    [
      { name: 'n', replicationFactor: 2 },
      'INVALID_REPLICATION_FACTOR',
      'Unable to replicate the partition 2 time(s): The target replication factor of 2 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.'
    ],
    [
      { name: 'n', replicationFactor: 1, assignments: [{ partitionIndex: 0, brokerIds: [1] }] },
      'INVALID_REQUEST',
      'A manual partition assignment was specified, but replication factor was not set to -1.'
    ],
    [
      { name: 'n', numPartitions: 1, assignments: [{ partitionIndex: 0, brokerIds: [1] }] },
      'INVALID_REQUEST',
      'A manual partition assignment was specified, but numPartitions was not set to -1.'
    ],
    [
      { name: 'n', assignments: [{ partitionIndex: 0, brokerIds: [] }] },
      'INVALID_REPLICA_ASSIGNMENT',
      'The manual partition assignment includes an empty replica list.'
    ],
    [
      { name: 'n', assignments: [{ partitionIndex: 0, brokerIds: [2] }] },
      'INVALID_REPLICA_ASSIGNMENT',
      'The manual partition assignment includes broker 2, but no such broker is registered.'
    ],
    [
      { name: 'n', assignments: [{ partitionIndex: 0, brokerIds: [1, 1] }] },
      'INVALID_REPLICA_ASSIGNMENT',
      'The manual partition assignment includes the broker 1 more than once.'
    ],
    [
      {
        name: 'n',
        assignments: [
          { partitionIndex: 0, brokerIds: [1] },
          { partitionIndex: 0, brokerIds: [1] }
        ]
      },
      'INVALID_REPLICA_ASSIGNMENT',
      'Found multiple manual partition assignments for partition 0'
    ],
    [
      { name: 'n', assignments: [{ partitionIndex: 1, brokerIds: [1] }] },
      'INVALID_REPLICA_ASSIGNMENT',
      'partitions should be a consecutive 0-based integer sequence'
    ],
    [
      { name: 'n', configs: [{ name: 'retention.ms', value: null }] },
      'INVALID_CONFIG',
      'Null value not supported for topic configs: retention.ms'
    ],
    [
      { name: 'n', configs: [{ name: 'retention.mss', value: '1' }] },
      'INVALID_CONFIG',
      'Unknown topic config name: retention.mss'
    ],
    [
      { name: 'n', configs: [{ name: 'retention.ms', value: '-2' }] },
      'INVALID_CONFIG',
      'Invalid value -2 for configuration retention.ms: Value must be at least -1'
    ],
    [
      { name: 'n', configs: [{ name: 'remote.storage.enable', value: 'true' }] },
      'INVALID_CONFIG',
      'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.'
    ],
    [
      {
        name: 'n',
        configs: [
          { name: 'min.compaction.lag.ms', value: '9' },
          { name: 'max.compaction.lag.ms', value: '8' }
        ]
      },
      'INVALID_CONFIG',
      'conflict topic config setting min.compaction.lag.ms (9) > max.compaction.lag.ms (8)'
    ]
  ])('%j is refused with %s', (spec, errorName, message) => {
    const controller = open()
    controller.createTopics([{ name: 'is.here' }], create)
    const [outcome] = controller.createTopics([spec], create) as [CreateTopicOutcome]
    expect(errorOf(outcome)).toEqual([errorName, message])
  })

  test('too many partitions refuse the whole request', () => {
    const controller = open()
    const specs = [{ name: 'a' }, { name: 'b', numPartitions: 10_000 }]
    expect(() => controller.createTopics(specs, create)).toThrow('Excessively large number of partitions per request.')
    const alone = [{ name: 'b', numPartitions: 10_000 }]
    expect(() => controller.createTopics(alone, create)).toThrow('Unable to perform excessively large batch operation.')
  })
})

test('deleteTopics takes the topic and its configs away', () => {
  const controller = open()
  controller.createTopics([{ name: 'a', configs: [{ name: 'retention.ms', value: '5' }] }], create)
  const topicId = controller.image.topic('a')!.topicId
  const deleted: string[] = []
  controller.onChange((delta) => deleted.push(...delta.topicsDeleted.map(({ name }) => name)))
  const outcome = controller.deleteTopics([topicId, 'AAAAAAAAAAAAAAAAAAAAAg'])
  expect(outcome.get(topicId)).toBeUndefined()
  expect(outcome.get('AAAAAAAAAAAAAAAAAAAAAg')?.errorName).toBe('UNKNOWN_TOPIC_ID')
  expect(deleted).toEqual(['a'])
  expect(controller.image.topic('a')).toBeUndefined()
  controller.createTopics([{ name: 'a' }], create)
  expect(controller.image.topic('a')?.configs.size).toBe(0)
  expect(controller.image.topic('a')?.topicId).not.toBe(topicId)
})

test('createPartitions adds, and refuses what is no increase', () => {
  const controller = open()
  controller.createTopics([{ name: 'a', numPartitions: 2 }], create)
  const add = (count: number, assignments: number[][] | null = null) =>
    errorOf(controller.createPartitions([{ name: 'a', count, assignments }], create)[0])
  expect(add(2)).toEqual(['INVALID_PARTITIONS', 'Topic already has 2 partition(s).'])
  expect(add(1)).toEqual([
    'INVALID_PARTITIONS',
    'The topic a currently has 2 partition(s); 1 would not be an increase.'
  ])
  expect(add(4, [[1]])).toEqual([
    'INVALID_REPLICA_ASSIGNMENT',
    'Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.'
  ])
  // Refused before two thousand million records are made of it.
  expect(add(2 ** 31 - 1)).toEqual(['POLICY_VIOLATION', 'Unable to perform excessively large batch operation.'])
  expect(add(3, [[7]])).toEqual([
    'INVALID_REPLICA_ASSIGNMENT',
    'The manual partition assignment includes broker 7, but no such broker is registered.'
  ])
  const deltas: MetadataDelta[] = []
  controller.onChange((delta) => deltas.push(delta))
  expect(add(4)).toEqual([undefined, undefined])
  expect(deltas[0].partitionsAdded).toMatchObject([
    { topic: { name: 'a' }, partitions: [{ partition: 2 }, { partition: 3 }] }
  ])
  expect(controller.createPartitions([{ name: 'no', count: 4, assignments: null }], create)[0].error?.errorName).toBe(
    'UNKNOWN_TOPIC_OR_PARTITION'
  )
})

test('a failed append changes nothing and the log goes on afterwards', () => {
  const controller = open()
  fileSystem.freeBytes = 10
  expect(() => controller.createTopics([{ name: 'a' }], create)).toThrow('The metadata log could not be written')
  expect(controller.image.topic('a')).toBeUndefined()
  fileSystem.freeBytes = Number.POSITIVE_INFINITY
  controller.createTopics([{ name: 'b' }], create)
  fileSystem.kill()
  expect(topicsOf(open()).map(({ name }) => name)).toEqual(['b'])
})
