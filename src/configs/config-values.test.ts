import { expect, test } from 'vitest'
import { type ConfigSetting, ConfigValues } from './config-values.ts'
import { logConfig } from './log-config.ts'

const file = (...settings: [string, string][]) =>
  new ConfigValues(settings.map(([name, value]): ConfigSetting => [name, value, 'file']))

test('defaults are our own where they differ, else Apache Kafka’s', () => {
  const values = new ConfigValues()
  expect(values.int('offsets.topic.replication.factor')).toBe(1)
  expect(values.int('offsets.topic.num.partitions')).toBe(50)
  expect(values.long('log.flush.interval.messages')).toBe(Number.MAX_SAFE_INTEGER)
  expect(values.nullableString('log.retention.ms')).toBeNull()
  expect(values.list('log.cleanup.policy')).toEqual(['delete'])
  expect(values.origin('num.partitions')).toBe('default')
})

test('a dynamic value for this broker wins over the cluster’s, over the file, over the default', () => {
  const values = file(['message.max.bytes', '1000'])
  const changes: string[][] = []
  values.onChange((names) => changes.push([...names]))
  expect(values.int('message.max.bytes')).toBe(1000)
  values.setDynamic('message.max.bytes', '2000', 'cluster')
  expect(values.int('message.max.bytes')).toBe(2000)
  values.setDynamic('message.max.bytes', '3000', 'broker')
  expect(values.int('message.max.bytes')).toBe(3000)
  values.setDynamic('message.max.bytes', '2500', 'cluster')
  expect(values.int('message.max.bytes')).toBe(3000)
  values.setDynamicAll(new Map(), 'broker')
  expect(values.int('message.max.bytes')).toBe(2500)
  expect(changes).toEqual([['message.max.bytes'], ['message.max.bytes'], ['message.max.bytes']])
})

test('broker.id stands for node.id and the other way round', () => {
  expect(file(['broker.id', '7']).int('node.id')).toBe(7)
  expect(file(['node.id', '8']).int('broker.id')).toBe(8)
})

test('names the refused and the unknown', () => {
  const values = file(['num.partitions', '0'], ['num.partition', '3'])
  expect(values.errors().map((error) => error.message)).toEqual([
    'Invalid value 0 for configuration num.partitions: Value must be at least 1'
  ])
  expect(values.unknownNames()).toEqual(['num.partition'])
  expect(() => values.int('no.such.config')).toThrow('no broker config is named no.such.config')
})

test('a log follows its topic, then the first broker synonym that is set', () => {
  const none = new Map<string, string>()
  expect(logConfig(new ConfigValues(), none)).toMatchObject({
    retentionMs: 604_800_000,
    segmentMs: 604_800_000,
    flushMs: Number.MAX_SAFE_INTEGER,
    maxMessageBytes: 1_048_588,
    cleanupPolicy: new Set(['delete']),
    minCleanableDirtyRatio: 0.5
  })
  expect(logConfig(file(['log.retention.hours', '2'], ['log.retention.minutes', '5']), none).retentionMs).toBe(300_000)
  expect(logConfig(file(['log.retention.hours', '-1']), none).retentionMs).toBe(-1)
  expect(logConfig(file(['log.flush.scheduler.interval.ms', '9']), none).flushMs).toBe(9)
  const topic = new Map([
    ['cleanup.policy', 'compact, delete'],
    ['retention.ms', '-1'],
    ['internal.segment.bytes', '100']
  ])
  expect(logConfig(file(['log.retention.ms', '77']), topic)).toMatchObject({
    cleanupPolicy: new Set(['compact', 'delete']),
    retentionMs: -1,
    segmentBytes: 100
  })
})
