import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { errorName } from '../error-codes.ts'
import { AlterOperation } from '../metadata/alter-configs.ts'
import { ResourceType } from '../metadata/resource-type.ts'
import { alterConfigs } from '../protocol/messages/alter-configs.ts'
import { incrementalAlterConfigs } from '../protocol/messages/incremental-alter-configs.ts'
import { alterConfigsHandler } from './alter-configs.ts'
import { incrementalAlterConfigsHandler } from './incremental-alter-configs.ts'
import { callHandler } from './testing/call-handler.ts'

const { TOPIC, BROKER, BROKER_LOGGER, GROUP, CLIENT_METRICS } = ResourceType
const { SET, DELETE, APPEND, SUBTRACT } = AlterOperation
type Operation = [name: string, operation: number, value: string | null]

let test: TestBroker
beforeEach(() => {
  test = startTestBroker()
  test.createTopic('a')
})
afterEach(() => test.close())

async function alter(resources: [number, string, Operation[]][], validateOnly = false) {
  const request = {
    resources: resources.map(([resourceType, resourceName, operations]) => ({
      ...{ resourceType, resourceName },
      configs: operations.map(([name, configOperation, value]) => ({ name, configOperation, value }))
    })),
    validateOnly
  }
  const { broker } = test
  const call = { handler: incrementalAlterConfigsHandler, api: incrementalAlterConfigs, version: 1, request, broker }
  const { responses } = (await callHandler(call))!
  return responses.map(({ errorCode, errorMessage }) => [errorName(errorCode), errorMessage])
}

const one = async (resourceType: number, name: string, ...operations: Operation[]) =>
  (await alter([[resourceType, name, operations]]))[0]
const fine = ['NONE', null]
const topicConfigs = () => [...test.broker.metadata.image.topic('a')!.configs]

describe('a topic', () => {
  it('set, append, subtract and delete, and the log follows at once', async () => {
    expect(await one(TOPIC, 'a', ['cleanup.policy', APPEND, 'compact'], ['retention.ms', SET, '5'])).toEqual(fine)
    expect(topicConfigs()).toEqual([
      ['cleanup.policy', 'delete,compact'],
      ['retention.ms', '5']
    ])
    const { log } = test.broker.partitions.get('a', 0)!
    expect([log.config.retentionMs, [...log.config.cleanupPolicy]]).toEqual([5, ['delete', 'compact']])
    expect(await one(TOPIC, 'a', ['cleanup.policy', SUBTRACT, 'delete'], ['retention.ms', DELETE, null])).toEqual(fine)
    expect(topicConfigs()).toEqual([['cleanup.policy', 'compact']])
    expect(log.config.retentionMs).toBe(604_800_000)
  })

  it('with validateOnly only looks', async () => {
    expect(await alter([[TOPIC, 'a', [['retention.ms', SET, '5']]]], true)).toEqual([fine])
    expect(topicConfigs()).toEqual([])
  })

  it.each([
    [
      ['retention.ms', SET, '-2'],
      'INVALID_CONFIG',
      'Invalid value -2 for configuration retention.ms: Value must be at least -1'
    ],
    [['no.such', SET, '1'], 'INVALID_CONFIG', 'Unknown topic config name: no.such'],
    [['retention.ms', APPEND, '1'], 'INVALID_CONFIG', "Can't APPEND to key retention.ms because its type is not LIST."],
    [['retention.ms', SET, null], 'INVALID_REQUEST', 'Null value not supported for : retention.ms']
  ] as [Operation, string, string][])('refuses %j', async (operation, error, message) => {
    expect(await one(TOPIC, 'a', operation)).toEqual([error, message])
  })

  it('refuses a key twice, a resource twice, a topic that is not there', async () => {
    const set: Operation = ['retention.ms', SET, '5']
    expect(await one(TOPIC, 'a', set, set)).toEqual(['INVALID_REQUEST', 'Error due to duplicate config keys'])
    const twice = ['INVALID_REQUEST', 'Each resource must appear at most once.']
    expect(
      await alter([
        [TOPIC, 'a', [set]],
        [TOPIC, 'no', [set]],
        [TOPIC, 'a', [set]]
      ])
    ).toEqual([twice, ['UNKNOWN_TOPIC_OR_PARTITION', "The topic 'no' does not exist."], twice])
    expect(topicConfigs()).toEqual([])
  })
})

describe('a broker', () => {
  it('takes dynamic configs for itself and for all, and the logs follow', async () => {
    expect(await one(BROKER, '', ['log.retention.ms', SET, '7'])).toEqual(fine)
    const { log } = test.broker.partitions.get('a', 0)!
    expect(log.config.retentionMs).toBe(7)
    expect(await one(BROKER, '1', ['log.retention.ms', SET, '8'])).toEqual(fine)
    expect(log.config.retentionMs).toBe(8)
    expect(await one(BROKER, '1', ['log.retention.ms', DELETE, null])).toEqual(fine)
    expect(log.config.retentionMs).toBe(7)
  })

  const jump = (why: string) =>
    `Invalid value org.apache.kafka.common.config.ConfigException: ${why} for configuration Invalid dynamic configuration`
  it.each([
    ['', ['num.partitions', SET, '3'], 'Cannot update these configs dynamically: [num.partitions]'],
    [
      '1',
      ['ssl.keystore.password', SET, 'x'],
      'These security configs can be dynamically updated only per-listener using the listener prefix: [ssl.keystore.password]'
    ],
    [
      '',
      ['listener.name.x.ssl.keystore.type', SET, 'x'],
      'Cannot update these configs at default cluster level, broker id must be specified: [listener.name.x.ssl.keystore.type]'
    ],
    [
      '1',
      ['log.cleaner.threads', SET, 'x'],
      'Invalid value x for configuration log.cleaner.threads: Not a number of type INT'
    ],
    [
      '1',
      ['num.io.threads', SET, '40'],
      jump(
        'Dynamic thread count update validation failed for num.io.threads=40, value should not be greater than double the current value 8'
      )
    ],
    [
      '1',
      ['num.io.threads', SET, '3'],
      jump(
        'Dynamic thread count update validation failed for num.io.threads=3, value should be at least half the current value 8'
      )
    ],
    [
      '1',
      ['listeners', SET, 'PLAINTEXT://:1'],
      'Invalid value PLAINTEXT://:1 for configuration listeners: This broker changes its listeners only when it is started anew.'
    ],
    ['2', ['log.cleaner.threads', SET, '2'], 'Unexpected broker id, expected 1, but received 2'],
    ['x', ['log.cleaner.threads', SET, '2'], 'Node id must be an integer, but it is: x'],
    ['1', ['log.cleaner.threads', 9, '2'], 'Unknown operations type 9']
  ] as [string, Operation, string][])('"%s" refuses %j', async (name, operation, message) => {
    expect(await one(BROKER, name, operation)).toEqual(['INVALID_REQUEST', message])
  })

  it('keeps the minimum of in-sync replicas a matter of the cluster', async () => {
    const elr = 'min.insync.replicas cannot be'
    expect(await one(BROKER, '1', ['min.insync.replicas', SET, '1'])).toEqual([
      'INVALID_CONFIG',
      `Broker-level ${elr} altered while ELR is enabled.`
    ])
    expect(await one(BROKER, '', ['min.insync.replicas', DELETE, null])).toEqual([
      'INVALID_CONFIG',
      `Cluster-level ${elr} removed while ELR is enabled.`
    ])
  })
})

it('groups and client metrics have rules of their own', async () => {
  expect(await one(GROUP, 'g', ['consumer.heartbeat.interval.ms', SET, '6000'])).toEqual(fine)
  const beyond = 'consumer.heartbeat.interval.ms must be less than or equal to group.consumer.max.heartbeat.interval.ms'
  expect(await one(GROUP, 'g', ['consumer.heartbeat.interval.ms', SET, '60000'])).toEqual(['INVALID_CONFIG', beyond])
  expect(await one(GROUP, 'g', ['no.such', SET, '1'])).toEqual(['INVALID_CONFIG', 'Unknown group config name: no.such'])
  expect(await one(CLIENT_METRICS, 's', ['match', SET, 'client_id=a.*'])).toEqual(fine)
  expect(await one(CLIENT_METRICS, 's', ['match', SET, 'who=a'])).toEqual([
    'INVALID_CONFIG',
    'Illegal client matching pattern: who=a'
  ])
  expect(await one(CLIENT_METRICS, 's', ['interval.ms', SET, '99'])).toEqual([
    'INVALID_REQUEST',
    'Invalid value 99 for interval.ms, interval must be between 100 and 3600000 (1 hour)'
  ])
  expect(await one(CLIENT_METRICS, 's', ['no.such', SET, '1'])).toEqual([
    'INVALID_REQUEST',
    'Unknown client metrics configuration: no.such'
  ])
})

it('there are no loggers to set', async () => {
  expect(await one(BROKER_LOGGER, '1', ['a.Logger', SET, 'INFO'])).toEqual([
    'INVALID_CONFIG',
    'Logger a.Logger does not exist!'
  ])
  expect(await one(BROKER_LOGGER, '2', ['a.Logger', SET, 'INFO'])).toEqual([
    'INVALID_REQUEST',
    'Unexpected node id. Expected 1, but received 2'
  ])
  expect(await one(BROKER_LOGGER, '1', ['a.Logger', APPEND, 'INFO'])).toEqual([
    'INVALID_REQUEST',
    'APPEND operation is not allowed for the BROKER_LOGGER resource'
  ])
  expect(await one(3, 'x')).toEqual(['INVALID_REQUEST', 'Unknown resource type 3'])
})

it('a refused value that is very long does not make the answer too long', async () => {
  const [error, message] = await one(TOPIC, 'a', ['retention.ms', SET, 'x'.repeat(32_700)])
  expect(error).toBe('INVALID_CONFIG')
  expect(message!.length).toBeLessThan(9000)
})

describe('AlterConfigs', () => {
  async function replace(resourceType: number, resourceName: string, configs: Record<string, string | null>) {
    const resource = {
      resourceType,
      resourceName,
      configs: Object.entries(configs).map(([name, value]) => ({ name, value }))
    }
    const { broker } = test
    const call = {
      handler: alterConfigsHandler,
      api: alterConfigs,
      version: 2,
      request: { resources: [resource] },
      broker
    }
    const { responses } = (await callHandler(call))!
    return [errorName(responses[0].errorCode), responses[0].errorMessage]
  }

  it('replaces everything a resource has', async () => {
    await one(TOPIC, 'a', ['retention.ms', SET, '5'], ['segment.ms', SET, '6'])
    expect(await replace(TOPIC, 'a', { 'segment.ms': '7' })).toEqual(fine)
    expect(topicConfigs()).toEqual([['segment.ms', '7']])
    expect(await replace(TOPIC, 'a', {})).toEqual(fine)
    expect(topicConfigs()).toEqual([])
  })

  it('refuses null, unknown types, loggers', async () => {
    expect(await replace(TOPIC, 'a', { 'segment.ms': null })).toEqual([
      'INVALID_REQUEST',
      'Null value not supported for : segment.ms'
    ])
    expect(await replace(BROKER_LOGGER, '1', { root: 'INFO' })).toEqual(['INVALID_REQUEST', 'Unknown resource type 8'])
    const elr = 'Cluster-level min.insync.replicas cannot be removed while ELR is enabled.'
    expect(await replace(BROKER, '', { 'log.cleaner.threads': '2' })).toEqual(['INVALID_CONFIG', elr])
  })
})
