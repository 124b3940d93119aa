import { describe, expect, test } from 'vitest'
import { describeConfigs } from '../../src/protocol/messages/describe-configs.ts'
import { describeConfig, describeResource, resource, source } from './config-requests.ts'
import { testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { brokerId, createTopic } from './topics.ts'
import { request } from './wire.ts'

const LONG = 5
const broker = async () => String(await brokerId())

describe('DescribeConfigs', () => {
  testEachVersion(describeConfigs, 'gives a config of a topic with its synonyms', async (version) => {
    const topic = await createTopic({ configs: { 'retention.ms': '3600000' } })
    const described = await describeResource(resource.topic, topic.name, {
      keys: ['retention.ms'],
      includeSynonyms: true,
      version
    })
    expect(described).toEqual({
      error: 'NONE',
      errorMessage: '',
      resourceType: resource.topic,
      resourceName: topic.name,
      configs: [
        {
          name: 'retention.ms',
          value: '3600000',
          readOnly: false,
          configSource: source.dynamicTopic,
          isSensitive: false,
          // log.retention.ms has no value of its own, so it is no synonym; log.retention.hours is in another unit.
          synonyms: [{ name: 'retention.ms', value: '3600000', source: source.dynamicTopic }],
          configType: version >= 3 ? LONG : 0,
          documentation: version >= 3 ? null : ''
        }
      ]
    })
  })

  testEachVersion(describeConfigs, 'leaves synonyms and documentation out unless asked', async (version) => {
    const topic = await createTopic()
    const { configs } = await describeResource(resource.topic, topic.name, { version })
    expect(configs.length).toBeGreaterThan(20)
    expect(configs.every(({ synonyms, documentation }) => synonyms.length === 0 && !documentation)).toBe(true)
  })

  testEachVersion(
    describeConfigs,
    'documents every config on request',
    async (version) => {
      const topic = await createTopic()
      const { configs } = await describeResource(resource.topic, topic.name, { includeDocumentation: true, version })
      expect(configs.filter(({ documentation }) => !documentation).map(({ name }) => name)).toEqual([])
    },
    { from: 3 }
  )

  test('documents every config of the broker', async () => {
    const { configs } = await describeResource(resource.broker, await broker(), { includeDocumentation: true })
    const documented = new Set(configs.filter(({ documentation }) => documentation).map(({ name }) => name))
    expect(documented.size).toBeGreaterThan(200)
  })

  test('gives only what is asked for, and nothing for names that do not exist', async () => {
    const topic = await createTopic()
    const keys = ['cleanup.policy', 'no.such.config', 'segment.bytes']
    const { error, configs } = await describeResource(resource.topic, topic.name, { keys })
    expect(error).toBe('NONE')
    expect(configs.map(({ name }) => name).toSorted()).toEqual(['cleanup.policy', 'segment.bytes'])
  })

  test('an empty list of keys', async () => {
    const topic = await createTopic()
    const { configs } = await describeResource(resource.topic, topic.name, { keys: [] })
    expect(configs.length).toMatchInlineSnapshot(`33`)
  })

  test('several resources in one request', async () => {
    const [a, b] = [await createTopic(), await createTopic()]
    const response = await request(describeConfigs, 4, {
      resources: [a, b].map(({ name }) => ({
        resourceType: resource.topic,
        resourceName: name,
        configurationKeys: ['retention.ms']
      }))
    })
    expect(response.results.map(({ resourceName }) => resourceName).toSorted()).toEqual([a.name, b.name].toSorted())
  })

  test('a default of the broker shows through to the topic', async () => {
    const topic = await createTopic()
    expect(await describeConfig(resource.topic, topic.name, 'max.message.bytes')).toMatchObject({
      value: '1048588',
      configSource: source.default,
      synonyms: [{ name: 'message.max.bytes', value: '1048588', source: source.default }]
    })
    // Eligible leader replicas need it to be one value for the cluster, so formatting writes it down (KIP-966).
    expect(await describeConfig(resource.topic, topic.name, 'min.insync.replicas')).toMatchObject({
      value: '1',
      configSource: source.dynamicDefaultBroker
    })
  })

  describe('refuses', () => {
    const refusal = async (type: number, name: string) => {
      const { error, errorMessage, configs } = await describeResource(type, name)
      expect(configs).toEqual([])
      return [error, errorMessage]
    }

    testEachVersion(describeConfigs, 'an unknown topic', async (version) => {
      const described = await describeResource(resource.topic, uniqueName('unknown'), { version })
      expect([described.error, described.errorMessage]).toEqual(['UNKNOWN_TOPIC_OR_PARTITION', ''])
      expect(described.configs).toEqual([])
    })
    test('an invalid topic name', async () => {
      expect(await refusal(resource.topic, 'with space')).toMatchInlineSnapshot(`
        [
          "INVALID_TOPIC_EXCEPTION",
          "Topic name is invalid: 'with space' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
        ]
      `)
    })
    test('an empty topic name', async () => {
      expect(await refusal(resource.topic, '')).toMatchInlineSnapshot(`
        [
          "INVALID_TOPIC_EXCEPTION",
          "Topic name is invalid: the empty string is not allowed",
        ]
      `)
    })
    test('a broker that is another one', async () => {
      expect(await refusal(resource.broker, '4711')).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Unexpected broker id, expected 1 or empty string, but received 4711",
        ]
      `)
    })
    test('a broker that is no number', async () => {
      expect(await refusal(resource.broker, 'first')).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Broker id must be an integer, but it is: first",
        ]
      `)
    })
    test('a resource type that cannot be described', async () => {
      expect(await refusal(3, 'x')).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.",
        ]
      `)
    })
    test('the unknown resource type', async () => {
      expect(await refusal(resource.unknown, 'x')).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.",
        ]
      `)
    })
    test('an empty group', async () => {
      expect(await refusal(resource.group, '')).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Group name must not be empty",
        ]
      `)
    })
    test('an empty client metrics subscription', async () => {
      expect(await refusal(resource.clientMetrics, '')).toMatchInlineSnapshot(`
        [
          "INVALID_REQUEST",
          "Client metrics subscription name must not be empty",
        ]
      `)
    })
  })

  test('a client metrics subscription that was never made has the defaults', async () => {
    const { error, configs } = await describeResource(resource.clientMetrics, uniqueName('metrics'), {
      includeSynonyms: true
    })
    expect(error).toBe('NONE')
    expect(configs).toMatchInlineSnapshot(`
      [
        {
          "configSource": 5,
          "configType": 3,
          "documentation": null,
          "isSensitive": false,
          "name": "interval.ms",
          "readOnly": false,
          "synonyms": [],
          "value": "300000",
        },
        {
          "configSource": 5,
          "configType": 7,
          "documentation": null,
          "isSensitive": false,
          "name": "match",
          "readOnly": false,
          "synonyms": [],
          "value": "",
        },
        {
          "configSource": 5,
          "configType": 7,
          "documentation": null,
          "isSensitive": false,
          "name": "metrics",
          "readOnly": false,
          "synonyms": [],
          "value": "",
        },
      ]
    `)
  })
})
