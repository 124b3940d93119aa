import { expect, test } from 'vitest'
import { ConfigValues } from '../configs/config-values.ts'
import { listenerSpecs, unopenedListeners } from './listener-config.ts'

const configOf = (settings: Record<string, string>) =>
  new ConfigValues(Object.entries(settings).map(([name, value]) => [name, value, 'file'] as const))
const specs = (settings: Record<string, string>) => listenerSpecs(configOf(settings))
const map = { 'listener.security.protocol.map': 'INTERNAL:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL' }

test('without any setting: both loopback addresses, and the address that a client used is advertised', () => {
  expect(specs({})).toEqual([{ name: 'PLAINTEXT', host: 'localhost', port: 9092, advertised: null }])
})

test('several named listeners, each with its advertised address; the controller is not opened', () => {
  const settings = {
    ...map,
    listeners: 'PLAINTEXT://0.0.0.0:9092, INTERNAL://[::1]:0, CONTROLLER://:9093',
    'advertised.listeners': 'PLAINTEXT://broker.example:19092'
  }
  expect(specs(settings)).toEqual([
    { name: 'PLAINTEXT', host: '0.0.0.0', port: 9092, advertised: { host: 'broker.example', port: 19092 } },
    { name: 'INTERNAL', host: '::1', port: 0, advertised: null }
  ])
  expect(unopenedListeners(configOf(settings))).toEqual(['CONTROLLER'])
})

test('a concrete host is advertised as it stands', () => {
  expect(specs({ listeners: 'PLAINTEXT://broker:9092' })[0].advertised).toEqual({ host: 'broker', port: 9092 })
  expect(specs({ listeners: 'PLAINTEXT://:9092' })[0].advertised).toBeNull()
})

test('IPv4 and IPv6 may share a port', () => {
  expect(specs({ ...map, listeners: 'PLAINTEXT://127.0.0.1:9092,INTERNAL://[::1]:9092' }).length).toBe(2)
})

test.each<[Record<string, string>, RegExp]>([
  [{ listeners: 'FOO://:1' }, /No security protocol defined for listener FOO.*FOO:PLAINTEXT/],
  [{ listeners: 'PLAINTEXT://:1,PLAINTEXT://:2' }, /different name/],
  [{ ...map, listeners: 'PLAINTEXT://:1,INTERNAL://:1' }, /same port 1/],
  [{ listeners: 'PLAINTEXT:1' }, /Unable to parse PLAINTEXT:1.*NAME:\/\/host:port/],
  [{ listeners: 'PLAINTEXT://:70000' }, /Unable to parse/],
  [{ listeners: 'CONTROLLER://:9093' }, /at least one broker listener/],
  [{ 'advertised.listeners': 'OTHER://h:1' }, /subset of the ones defined in listeners.*PLAINTEXT/],
  [{ 'advertised.listeners': 'PLAINTEXT://0.0.0.0:9092' }, /nonroutable meta-address 0\.0\.0\.0/],
  [{ ...map, listeners: 'SECURE://:1' }, /SECURE asks for SASL_SSL.*PLAINTEXT/],
  [{ 'listener.security.protocol.map': 'PLAINTEXT:FOO' }, /Invalid entry PLAINTEXT:FOO/],
  [{ 'inter.broker.listener.name': 'NOPE' }, /Found NOPE.*PLAINTEXT/]
])('%j is refused', (settings, message) => {
  expect(() => specs(settings)).toThrow(message)
})
