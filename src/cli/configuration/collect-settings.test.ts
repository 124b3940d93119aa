import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { UsageError } from '../../client/errors.ts'
import { ConfigError } from '../../configs/parse.ts'
import { type ConfigFlags, checkedConfig, collectSettings } from './collect-settings.ts'
import { defaultDataDirectory } from './data-directory.ts'

const folder = mkdtempSync(join(tmpdir(), 'odradek-settings-'))

function file(text: string): string {
  const path = join(folder, `${Math.random()}.properties`)
  writeFileSync(path, text)
  return path
}

const values = (flags: ConfigFlags, environment: NodeJS.ProcessEnv = {}) =>
  checkedConfig(collectSettings(flags, environment))

test('flag, override, environment, file, default: the first that says something wins', () => {
  const config = file('num.partitions=2\nlog.retention.hours=2\nmessage.max.bytes=2000\nlisteners=PLAINTEXT://:2000')
  const environment = {
    KAFKA_NUM_PARTITIONS: '3',
    KAFKA_LOG_RETENTION_HOURS: '3',
    KAFKA_LISTENERS: 'PLAINTEXT://:3000'
  }
  const override = ['num.partitions=4', 'listeners=PLAINTEXT://:4000']
  const found = values({ config: [config], override, port: 5000 }, environment)
  const names = ['listeners', 'num.partitions', 'log.retention.hours', 'message.max.bytes', 'min.insync.replicas']
  expect(names.map((name) => [found.text(name), found.origin(name)])).toEqual([
    ['PLAINTEXT://:5000', 'flag'],
    ['4', 'override'],
    ['3', 'environment'],
    ['2000', 'file'],
    ['1', 'default']
  ])
})

test('of several files the later one wins', () => {
  const config = [file('num.partitions=2\nlog.retention.hours=2'), file('num.partitions=3')]
  expect(values({ config }).int('num.partitions')).toBe(3)
  expect(values({ config }).int('log.retention.hours')).toBe(2)
})

test('port and host go to the first listener that clients use', () => {
  const override = ['listeners=CONTROLLER://:9093,PLAINTEXT://:9092,INTERNAL://127.0.0.1:9094']
  const listeners = (flags: ConfigFlags) => values(flags).text('listeners')
  expect(listeners({ override, port: 0 })).toBe('CONTROLLER://:9093,PLAINTEXT://:0,INTERNAL://127.0.0.1:9094')
  expect(listeners({ host: '::1' })).toBe('PLAINTEXT://[::1]:9092')
  expect(listeners({ host: '*', port: 1 })).toBe('PLAINTEXT://:1')
  expect(listeners({})).toBe('PLAINTEXT://localhost:9092')
})

test('where data goes: flag, then log.dirs or log.dir, then the folder of the user', () => {
  const where = (flags: ConfigFlags, environment: NodeJS.ProcessEnv = {}) => {
    const config = values(flags, environment)
    return [config.text('log.dirs'), config.origin('log.dirs')]
  }
  const home = { XDG_DATA_HOME: '/home/me/data' }
  expect(where({}, home)).toEqual(['/home/me/data/odradek', 'default'])
  expect(where({}, { ...home, KAFKA_LOG_DIRS: '/kafka' })).toEqual(['/kafka', 'environment'])
  expect(where({ data: '/mine' }, { ...home, KAFKA_LOG_DIRS: '/kafka' })).toEqual(['/mine', 'flag'])
  expect(where({ override: ['log.dir=/kafka'] }, home)).toEqual([null, 'default'])
})

test('the data folder of each platform', () => {
  expect(defaultDataDirectory({}, 'linux', '/home/me')).toBe('/home/me/.local/share/odradek')
  expect(defaultDataDirectory({}, 'darwin', '/Users/me')).toBe('/Users/me/Library/Application Support/odradek')
  expect(defaultDataDirectory({ LOCALAPPDATA: 'C:/Local' }, 'win32', 'C:/me')).toBe(join('C:/Local', 'odradek'))
})

test('in memory the defaults are those of a test, and whatever is said wins over them', () => {
  expect(values({ memory: true }).int('offsets.topic.num.partitions')).toBe(1)
  expect(values({}).int('offsets.topic.num.partitions')).toBe(50)
  expect(
    values({ memory: true, override: ['offsets.topic.num.partitions=7'] }).int('offsets.topic.num.partitions')
  ).toBe(7)
})

test('single-node defaults stay when only some keys come from the environment', () => {
  const config = values({}, { KAFKA_NUM_PARTITIONS: '3' })
  expect(config.int('offsets.topic.replication.factor')).toBe(1)
  expect(config.int('transaction.state.log.min.isr')).toBe(1)
  expect(config.int('group.initial.rebalance.delay.ms')).toBe(0)
})

test.each<[string, ConfigFlags, new (...args: never[]) => Error, RegExp]>([
  [
    'a missing file',
    { config: ['/nowhere/x.properties'] },
    UsageError,
    /cannot read .*\/nowhere\/x\.properties \(ENOENT\)/
  ],
  ['an override without =', { override: ['num.partitions'] }, UsageError, /KEY=VALUE/],
  ['memory and a directory', { memory: true, data: '/x' }, UsageError, /--memory .* --data/],
  ['a value that Kafka refuses', { override: ['num.partitions=x'] }, ConfigError, /num\.partitions.*\(--override\)/],
  ['listeners that cannot be read', { override: ['listeners=9092'], port: 1 }, ConfigError, /NAME:\/\/host:port/]
])('%s is wrong usage', (_, flags, kind, message) => {
  expect(() => values(flags)).toThrow(kind)
  expect(() => values(flags)).toThrow(message)
})
