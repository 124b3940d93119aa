import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { incrementalAlterConfigs } from '../../src/protocol/messages/incremental-alter-configs.ts'
import {
  alterIncrementally,
  type ConfigChange,
  configBecomes,
  describeConfig,
  operation,
  resource,
  source
} from './config-requests.ts'
import { testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { brokerId, createTopic } from './topics.ts'
import { request } from './wire.ts'

describe('IncrementalAlterConfigs', () => {
  testEachVersion(incrementalAlterConfigs, 'sets and deletes a config of a topic', async (version) => {
    const topic = await createTopic({ configs: { 'segment.ms': '2000' } })
    const set = [{ name: 'retention.ms', value: '5000' }]
    expect(await alterIncrementally(resource.topic, topic.name, set, { version })).toEqual({
      error: 'NONE',
      errorMessage: null,
      resourceName: topic.name
    })
    await configBecomes(resource.topic, topic.name, 'retention.ms', '5000')
    expect((await describeConfig(resource.topic, topic.name, 'segment.ms'))?.value).toBe('2000')

    const unset = [{ name: 'retention.ms', configOperation: operation.delete }]
    await alterIncrementally(resource.topic, topic.name, unset, { version })
    await configBecomes(resource.topic, topic.name, 'retention.ms', '604800000')
  })

  testEachVersion(incrementalAlterConfigs, 'only validates', async (version) => {
    const topic = await createTopic()
    const set = [{ name: 'retention.ms', value: '5000' }]
    const outcome = await alterIncrementally(resource.topic, topic.name, set, { version, validateOnly: true })
    expect(outcome.error).toBe('NONE')
    expect((await describeConfig(resource.topic, topic.name, 'retention.ms'))?.value).toBe('604800000')
  })

  test('appends to and subtracts from a list', async () => {
    const topic = await createTopic()
    const change = async (configOperation: number, value: string) =>
      expect(
        await alterIncrementally(resource.topic, topic.name, [{ name: 'cleanup.policy', value, configOperation }])
      ).toMatchObject({ error: 'NONE' })
    await change(operation.append, 'compact')
    await configBecomes(resource.topic, topic.name, 'cleanup.policy', 'delete,compact')
    await change(operation.append, 'compact')
    await configBecomes(resource.topic, topic.name, 'cleanup.policy', 'delete,compact')
    await change(operation.subtract, 'delete')
    await configBecomes(resource.topic, topic.name, 'cleanup.policy', 'compact')
  })

  test('deletes what was never set', async () => {
    const topic = await createTopic()
    const unset = [{ name: 'retention.ms', configOperation: operation.delete }]
    expect(await alterIncrementally(resource.topic, topic.name, unset)).toMatchObject({ error: 'NONE' })
  })

  test('sets and deletes a config of a group', async () => {
    const group = uniqueName('group')
    const name = 'consumer.session.timeout.ms'
    expect(await alterIncrementally(resource.group, group, [{ name, value: '50000' }])).toMatchObject({ error: 'NONE' })
    await configBecomes(resource.group, group, name, '50000')
    expect(await describeConfig(resource.group, group, name)).toMatchObject({ configSource: source.group })
    await alterIncrementally(resource.group, group, [{ name, configOperation: operation.delete }])
    await configBecomes(resource.group, group, name, '45000')
  })

  test('makes, changes and removes a client metrics subscription', async () => {
    const subscription = uniqueName('metrics')
    const set: ConfigChange[] = [
      { name: 'metrics', value: 'org.apache.kafka.consumer.' },
      { name: 'interval.ms', value: '60000' }
    ]
    expect(await alterIncrementally(resource.clientMetrics, subscription, set)).toMatchObject({ error: 'NONE' })
    await configBecomes(resource.clientMetrics, subscription, 'interval.ms', '60000')
    const unset = set.map(({ name }) => ({ name, configOperation: operation.delete }))
    expect(await alterIncrementally(resource.clientMetrics, subscription, unset)).toMatchObject({ error: 'NONE' })
    await configBecomes(resource.clientMetrics, subscription, 'interval.ms', '300000')
  })

  describe('refuses', () => {
    const refusal = async (type: number, name: string, changes: readonly ConfigChange[]) => {
      const { error, errorMessage } = await alterIncrementally(type, name, changes)
      return [error, (name.includes('-') ? errorMessage?.replaceAll(name, 'NAME') : errorMessage) ?? null]
    }
    const onTopic = async (...changes: ConfigChange[]) => refusal(resource.topic, (await createTopic()).name, changes)
    const onBroker = async (...changes: ConfigChange[]) => refusal(resource.broker, String(await brokerId()), changes)

    test('an unknown topic', async () => {
      expect(
        await refusal(resource.topic, uniqueName('unknown'), [{ name: 'retention.ms', value: '1' }])
      ).toMatchInlineSnapshot(`
        [
          "UNKNOWN_TOPIC_OR_PARTITION",
          "The topic 'NAME' does not exist.",
        ]
      `)
    })
    test('an empty topic name', async () => {
      expect(await refusal(resource.topic, '', [{ name: 'retention.ms', value: '1' }])).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Default topic resources are not allowed.",
        ]
      `)
    })
    test('an invalid topic name', async () => {
      expect(
        await refusal(resource.topic, 'with space', [{ name: 'retention.ms', value: '1' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_TOPIC_EXCEPTION",
          "Topic name is invalid: 'with space' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
        ]
      `)
    })
    test('an unknown config', async () => {
      expect(await onTopic({ name: 'no.such.config', value: '1' })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Unknown topic config name: no.such.config",
        ]
      `)
    })
    test('an invalid value', async () => {
      expect(await onTopic({ name: 'retention.ms', value: 'soon' })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Invalid value soon for configuration retention.ms: Not a number of type LONG",
        ]
      `)
    })
    test('a value out of range', async () => {
      expect(await onTopic({ name: 'min.insync.replicas', value: '0' })).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Invalid value 0 for configuration min.insync.replicas: Value must be at least 1",
        ]
      `)
    })
    test('no value', async () => {
      expect(await onTopic({ name: 'retention.ms', value: null })).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Null value not supported for : retention.ms",
        ]
      `)
    })
    test('to append to what is no list', async () => {
      const change = { name: 'retention.ms', value: '1', configOperation: operation.append }
      expect(await onTopic(change)).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Can't APPEND to key retention.ms because its type is not LIST.",
        ]
      `)
    })
    test('to subtract from what is no list', async () => {
      const change = { name: 'retention.ms', value: '1', configOperation: operation.subtract }
      expect(await onTopic(change)).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Can't SUBTRACT to key retention.ms because its type is not LIST.",
        ]
      `)
    })
    test('to append nonsense to a list', async () => {
      const change = { name: 'cleanup.policy', value: 'shrink', configOperation: operation.append }
      expect(await onTopic(change)).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Invalid value shrink for configuration cleanup.policy: String must be one of: compact, delete",
        ]
      `)
    })
    test('an operation that does not exist', async () => {
      // Apache Kafka says UNKNOWN_SERVER_ERROR, for lack of a check.
      const [error] = await onTopic({ name: 'retention.ms', value: '1', configOperation: 9 })
      expect(['UNKNOWN_SERVER_ERROR', 'INVALID_REQUEST']).toContain(error)
    })
    test('a config that stands twice', async () => {
      const change = { name: 'retention.ms', value: '1' }
      expect(await onTopic(change, change)).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Error due to duplicate config keys",
        ]
      `)
    })
    test('a read-only config of the broker', async () => {
      expect(await onBroker({ name: 'broker.rack', value: 'a' })).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Cannot update these configs dynamically: [broker.rack]",
        ]
      `)
    })
    test('a config of all brokers that belongs to one', async () => {
      expect(
        await refusal(resource.broker, '', [{ name: 'listeners', value: 'PLAINTEXT://:1' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Cannot update these configs at default cluster level, broker id must be specified: [listeners]",
        ]
      `)
    })
    test('an invalid value of a broker config', async () => {
      expect(await onBroker({ name: 'background.threads', value: '0' })).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Invalid value 0 for configuration background.threads: Value must be at least 1",
        ]
      `)
    })
    test('another broker', async () => {
      expect(
        await refusal(resource.broker, '4711', [{ name: 'background.threads', value: '5' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Unexpected broker id, expected 1, but received 4711",
        ]
      `)
    })
    test('a broker that is no number', async () => {
      expect(
        await refusal(resource.broker, 'first', [{ name: 'background.threads', value: '5' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Node id must be an integer, but it is: first",
        ]
      `)
    })
    test('an unknown group config', async () => {
      expect(
        await refusal(resource.group, uniqueName('group'), [{ name: 'no.such', value: '5' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Unknown group config name: no.such",
        ]
      `)
    })
    test('a group config out of the bounds of the broker', async () => {
      const change = { name: 'consumer.session.timeout.ms', value: '1' }
      expect(await refusal(resource.group, uniqueName('group'), [change])).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms",
        ]
      `)
    })
    test('an empty group', async () => {
      expect(
        await refusal(resource.group, '', [{ name: 'consumer.session.timeout.ms', value: '50000' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Default group resources are not allowed.",
        ]
      `)
    })
    test('an unknown config of a client metrics subscription', async () => {
      expect(
        await refusal(resource.clientMetrics, uniqueName('m'), [{ name: 'no.such', value: '5' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Unknown client metrics configuration: no.such",
        ]
      `)
    })
    test('a client metrics interval out of range', async () => {
      expect(
        await refusal(resource.clientMetrics, uniqueName('m'), [{ name: 'interval.ms', value: '5' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Invalid value 5 for interval.ms, interval must be between 100 and 3600000 (1 hour)",
        ]
      `)
    })
    test('a client metrics match that is none', async () => {
      expect(
        await refusal(resource.clientMetrics, uniqueName('m'), [{ name: 'match', value: 'x=y' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_CONFIG",
          "Illegal client matching pattern: x=y",
        ]
      `)
    })
    test('an empty client metrics subscription', async () => {
      expect(
        await refusal(resource.clientMetrics, '', [{ name: 'interval.ms', value: '60000' }])
      ).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Subscription name can't be empty",
        ]
      `)
    })
    test('the unknown resource type', async () => {
      expect(await refusal(resource.unknown, 'x', [{ name: 'a', value: 'b' }])).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Unknown resource type 0",
        ]
      `)
    })
    test('a resource that stands twice', async () => {
      const topic = await createTopic()
      const configs = [{ name: 'retention.ms', configOperation: operation.set, value: '1' }]
      const twice = { resourceType: resource.topic, resourceName: topic.name, configs }
      const response = await request(incrementalAlterConfigs, 1, { resources: [twice, twice] })
      expect(response.responses.map((r) => [errorName(r.errorCode), r.errorMessage])).toMatchInlineSnapshot(`
        [
          [
            "INVALID_REQUEST",
            "Each resource must appear at most once.",
          ],
          [
            "INVALID_REQUEST",
            "Each resource must appear at most once.",
          ],
        ]
      `)
    })
  })
})
