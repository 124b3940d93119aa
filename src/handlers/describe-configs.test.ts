import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { errorName } from '../error-codes.ts'
import { ResourceType } from '../metadata/resource-type.ts'
import { describeConfigs } from '../protocol/messages/describe-configs.ts'
import { describeConfigsHandler } from './describe-configs.ts'
import { callHandler } from './testing/call-handler.ts'

const { TOPIC, BROKER, BROKER_LOGGER, GROUP, CLIENT_METRICS } = ResourceType
let test: TestBroker
beforeEach(() => {
  const configs = {
    'log.retention.hours': '2',
    'log.segment.bytes': '2097152',
    'sasl.jaas.config': 'secret',
    'my.plugin': 'x'
  }
  test = startTestBroker({ configs })
})
afterEach(() => test.close())

async function ask(resourceType: number, resourceName: string, keys: string[] | null = null) {
  const request = {
    resources: [{ resourceType, resourceName, configurationKeys: keys }],
    ...{ includeSynonyms: true, includeDocumentation: true }
  }
  const { broker } = test
  const call = { handler: describeConfigsHandler, api: describeConfigs, version: 4, request, broker }
  return (await callHandler(call))!.results[0]
}

async function one(resourceType: number, resourceName: string, key: string) {
  const { configs } = await ask(resourceType, resourceName, [key])
  return configs[0]
}

const set = (resourceType: number, resourceName: string, name: string, value: string) => {
  const change = { resourceType, resourceName, operations: [{ name, operation: 0, value }] }
  const [{ error }] = test.broker.metadata.incrementalAlterConfigs([change], { validateOnly: false })
  expect(error).toBeUndefined()
}

describe('a topic', () => {
  it('shows where each value comes from, and the synonyms behind it', async () => {
    test.createTopic('a', 1, { 'segment.bytes': ' 3145728' })
    expect(await one(TOPIC, 'a', 'segment.bytes')).toMatchObject({
      ...{ value: '3145728', configSource: 1, configType: 3, readOnly: false, isSensitive: false },
      synonyms: [
        { name: 'segment.bytes', value: '3145728', source: 1 },
        { name: 'log.segment.bytes', value: '2097152', source: 4 },
        { name: 'log.segment.bytes', value: '1073741824', source: 5 }
      ]
    })
    // log.retention.ms is the synonym that counts, and nobody set it: Apache Kafka calls the value a default.
    expect(await one(TOPIC, 'a', 'retention.ms')).toMatchObject({ value: '7200000', configSource: 5, synonyms: [] })
  })

  it('says so when it is not there, or cannot be', async () => {
    const missing = await ask(TOPIC, 'no')
    expect([errorName(missing.errorCode), missing.errorMessage]).toEqual(['UNKNOWN_TOPIC_OR_PARTITION', ''])
    expect(errorName((await ask(TOPIC, 'a b')).errorCode)).toBe('INVALID_TOPIC_EXCEPTION')
  })
})

describe('a broker', () => {
  it('shows dynamic values over static ones over defaults', async () => {
    set(BROKER, '', 'log.segment.bytes', '4194304')
    set(BROKER, '1', 'log.segment.bytes', '5242880')
    const { value, synonyms } = await one(BROKER, '1', 'log.segment.bytes')
    expect(value).toBe('5242880')
    expect(synonyms.map(({ value: each, source }) => [each, source])).toEqual([
      ['5242880', 2],
      ['4194304', 3],
      ['2097152', 4],
      ['1073741824', 5]
    ])
  })

  it('never shows a password, nor what an unknown name may hold', async () => {
    const { configs } = await ask(BROKER, '1', ['sasl.jaas.config', 'my.plugin'])
    for (const config of configs) {
      expect(config).toMatchObject({ value: null, isSensitive: true })
      expect(config.synonyms).toMatchObject([{ value: null, source: 4 }])
    }
    expect(configs).toHaveLength(2)
  })

  it('tells the configs that can change while it runs from those that cannot', async () => {
    expect((await one(BROKER, '1', 'num.partitions')).readOnly).toBe(true)
    expect((await one(BROKER, '1', 'log.segment.bytes')).readOnly).toBe(false)
  })

  it('shows for all brokers only what is set for all', async () => {
    set(BROKER, '', 'log.cleaner.threads', '2')
    const { configs } = await ask(BROKER, '')
    expect(configs.map(({ name, value, configSource }) => [name, value, configSource]).sort()).toEqual([
      ['log.cleaner.threads', '2', 3],
      ['min.insync.replicas', '1', 3]
    ])
  })

  it('has a line of documentation for every config', async () => {
    const { configs } = await ask(BROKER, '1')
    expect(configs.length).toBeGreaterThan(330)
    expect(configs.filter(({ name, documentation }) => documentation === null && name !== 'my.plugin')).toEqual([])
  })
})

it('a group falls back to the broker, a client-metrics subscription to the default', async () => {
  set(GROUP, 'g', 'share.isolation.level', 'read_committed')
  expect(await one(GROUP, 'g', 'share.isolation.level')).toMatchObject({
    ...{ value: 'read_committed', configSource: 8 },
    synonyms: [{ source: 8 }, { name: 'share.isolation.level', value: 'read_uncommitted', source: 5 }]
  })
  expect(await one(GROUP, 'g', 'consumer.session.timeout.ms')).toMatchObject({
    ...{ value: '45000', configSource: 5 },
    synonyms: [{ name: 'group.consumer.session.timeout.ms', value: '45000', source: 5 }]
  })
  set(CLIENT_METRICS, 's', 'interval.ms', '1000')
  expect(await one(CLIENT_METRICS, 's', 'interval.ms')).toMatchObject({ value: '1000', configSource: 7 })
  expect(await one(CLIENT_METRICS, 's', 'metrics')).toMatchObject({ value: '', configSource: 5, synonyms: [] })
})

it.each([
  [BROKER, '2', 'Unexpected broker id, expected 1 or empty string, but received 2'],
  [BROKER, 'x', 'Broker id must be an integer, but it is: x'],
  [BROKER_LOGGER, '', 'Broker id must not be empty'],
  [BROKER_LOGGER, '2', 'Unexpected broker id, expected 1 but received 2'],
  [GROUP, '', 'Group name must not be empty'],
  [CLIENT_METRICS, '', 'Client metrics subscription name must not be empty']
])('type %i named "%s" is refused', async (resourceType, name, message) => {
  const { errorCode, errorMessage } = await ask(resourceType, name)
  expect([errorName(errorCode), errorMessage]).toEqual(['INVALID_REQUEST', message])
})
