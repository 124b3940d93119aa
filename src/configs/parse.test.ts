import { describe, expect, test } from 'vitest'
import { brokerConfigTable, clientMetricsConfigTable, groupConfigTable, topicConfigTable } from './definitions.ts'
import { canonicalText, configError } from './parse.ts'

const tables = [topicConfigTable, groupConfigTable, clientMetricsConfigTable, brokerConfigTable]

function definition(name: string) {
  const found = tables.map((table) => table.get(name)).find((candidate) => candidate !== undefined)
  if (found === undefined) throw new Error(`no config ${name}`)
  return found
}

// Each text as Apache Kafka 4.3.1's own classes print it.
describe('refused', () => {
  const offsetReset = "The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."
  const throttled = (name: string) =>
    `${name} must be the literal '*' or a list of replicas in the following format: ` +
    '[partitionId]:[brokerId],[partitionId]:[brokerId],...'

  test.each([
    ['retention.ms', '-2', 'Invalid value -2 for configuration retention.ms: Value must be at least -1'],
    ['retention.ms', 'x', 'Invalid value x for configuration retention.ms: Not a number of type LONG'],
    ['retention.ms', '', 'Invalid value  for configuration retention.ms: Not a number of type LONG'],
    [
      'retention.ms',
      '9223372036854775808',
      'Invalid value 9223372036854775808 for configuration retention.ms: Not a number of type LONG'
    ],
    [
      'segment.bytes',
      '99999999999',
      'Invalid value 99999999999 for configuration segment.bytes: Not a number of type INT'
    ],
    ['segment.bytes', '1', 'Invalid value 1 for configuration segment.bytes: Value must be at least 1048576'],
    [
      'compression.gzip.level',
      '0',
      'Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1'
    ],
    [
      'compression.zstd.level',
      '23',
      'Invalid value 23 for configuration compression.zstd.level: Value must be no more than 22'
    ],
    ['cleanup.policy', 'a', 'Invalid value a for configuration cleanup.policy: String must be one of: compact, delete'],
    ['cleanup.policy', 'compact,,delete', "Configuration 'cleanup.policy' values must not be empty."],
    [
      'preallocate',
      'yes',
      'Invalid value yes for configuration preallocate: Expected value to be either true or false'
    ],
    [
      'min.cleanable.dirty.ratio',
      '5d',
      'Invalid value 5.0 for configuration min.cleanable.dirty.ratio: Value must be no more than 1'
    ],
    [
      'min.cleanable.dirty.ratio',
      '-0.1',
      'Invalid value -0.1 for configuration min.cleanable.dirty.ratio: Value must be at least 0'
    ],
    [
      'compression.type',
      'GZIP',
      'Invalid value GZIP for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer'
    ],
    [
      'leader.replication.throttled.replicas',
      '*,0:1',
      `Invalid value [*, 0:1] for configuration leader.replication.throttled.replicas: ${throttled('leader.replication.throttled.replicas')}`
    ],
    [
      'share.auto.offset.reset',
      'by_duration:-PT1H',
      `Invalid value by_duration:-PT1H for configuration share.auto.offset.reset: Invalid value \`by_duration:-PT1H\` for configuration share.auto.offset.reset. ${offsetReset}`
    ],
    ['listeners', '', "Configuration 'listeners' must not be empty. Valid values include: any non-empty value"],
    [
      'process.roles',
      '',
      "Configuration 'process.roles' must not be empty. Valid values include: [broker, controller]"
    ],
    [
      'group.consumer.migration.policy',
      'x',
      'Invalid value x for configuration group.consumer.migration.policy: String must be one of (case insensitive): DISABLED, DOWNGRADE, UPGRADE, BIDIRECTIONAL'
    ],
    [
      'controller.quorum.voters',
      'x',
      'Invalid configuration value for controller.quorum.voters. Each entry should be in the form `{id}@{host}:{port}`.'
    ],
    [
      'remote.log.metadata.manager.class.name',
      '',
      'Invalid value  for configuration remote.log.metadata.manager.class.name: String must be non-empty'
    ],
    [
      'offsets.topic.replication.factor',
      '70000',
      'Invalid value 70000 for configuration offsets.topic.replication.factor: Not a number of type SHORT'
    ],
    [
      'log.cleaner.min.cleanable.ratio',
      '-1',
      'Invalid value -1.0 for configuration log.cleaner.min.cleanable.ratio: Value must be at least 0'
    ]
  ])('%s=%s', (name, value, message) => {
    expect(configError(definition(name), value)).toBe(message)
  })
})

test.each([
  ['retention.ms', ' 5 ', '5'],
  ['retention.ms', '+7', '7'],
  ['retention.ms', '9223372036854775807', '9223372036854775807'],
  ['cleanup.policy', 'delete, compact', 'delete,compact'],
  ['cleanup.policy', '', ''],
  ['cleanup.policy', 'delete,delete,compact', 'delete,compact'],
  ['preallocate', 'TRUE', 'true'],
  ['min.cleanable.dirty.ratio', '0.50', '0.5'],
  ['min.cleanable.dirty.ratio', '1e-1', '0.1'],
  ['min.cleanable.dirty.ratio', '1', '1.0'],
  ['share.auto.offset.reset', 'by_duration:pt1h', 'by_duration:pt1h'],
  ['group.consumer.migration.policy', 'upgrade', 'upgrade'],
  ['controller.quorum.voters', '1@localhost:9093', '1@localhost:9093'],
  ['leader.replication.throttled.replicas', '0:1,', '0:1,']
])('%s=%s is allowed and shown as %s', (name, value, text) => {
  expect(configError(definition(name), value)).toBeUndefined()
  expect(canonicalText(definition(name), value)).toBe(text)
})
