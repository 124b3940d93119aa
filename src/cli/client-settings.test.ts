import { describe, expect, it } from 'vitest'
import { bootstrapServers } from './client-options.ts'
import { ClientSettings, CONSUMER_SETTINGS } from './client-settings.ts'

describe('ClientSettings', () => {
  it('reads what was given, by type', () => {
    const settings = new ClientSettings(
      ['fetch.min.bytes=5', 'check.crcs=False', 'isolation.level=read_committed'],
      CONSUMER_SETTINGS
    )
    expect(settings.int('fetch.min.bytes')).toBe(5)
    expect(settings.boolean('check.crcs')).toBe(false)
    expect(settings.oneOf('isolation.level', ['read_committed'])).toBe('read_committed')
    expect(settings.string('client.id')).toBeUndefined()
  })

  it('names the nearest setting for one it does not know', () => {
    expect(() => new ClientSettings(['client.di=x'])).toThrow('did you mean client.id?')
    expect(() => new ClientSettings(['linger.ms=1'])).toThrow('unknown setting')
    expect(() => new ClientSettings(['client.id'])).toThrow('want KEY=VALUE')
    expect(() => new ClientSettings(['request.timeout.ms=x']).int('request.timeout.ms')).toThrow('want a whole number')
  })
})

it('finds the cluster: flag, setting, environment, default', () => {
  const none = new ClientSettings([])
  const environment = { KAFKA_BOOTSTRAP_SERVERS: 'b:2', KAFKA_BROKERS: 'a:1' }
  expect(bootstrapServers({ bootstrapServer: 'c:3' }, none, environment)).toBe('c:3')
  expect(bootstrapServers({}, new ClientSettings(['brokers=d:4']), environment)).toBe('d:4')
  expect(bootstrapServers({}, none, environment)).toBe('a:1')
  expect(bootstrapServers({}, none, { KAFKA_BOOTSTRAP_SERVERS: 'b:2' })).toBe('b:2')
  expect(bootstrapServers({}, none, {})).toBe('localhost:9092')
})
