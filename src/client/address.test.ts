import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress, parseAddresses } from './address.ts'

describe('parseAddress', () => {
  it.each([
    ['localhost:9092', { host: 'localhost', port: 9092 }],
    ['kafka', { host: 'kafka', port: 9092 }],
    ['[::1]:19092', { host: '::1', port: 19092 }],
    ['[::1]', { host: '::1', port: 9092 }],
    ['fe80::1', { host: 'fe80::1', port: 9092 }],
    ['PLAINTEXT://broker:1234', { host: 'broker', port: 1234 }]
  ])('reads %s', (text, address) => expect(parseAddress(text)).toEqual(address))

  it.each(['host:0', 'host:65536', 'host:x', ':9092', 'SSL://host:9093', 'host:'])('refuses %s', (text) => {
    expect(() => parseAddress(text)).toThrow()
  })
})

it('takes lists with spaces and empty items, but not nothing', () => {
  expect(parseAddresses(' a:1, b:2,')).toEqual([
    { host: 'a', port: 1 },
    { host: 'b', port: 2 }
  ])
  expect(() => parseAddresses(' , ')).toThrow('want HOST:PORT')
})

it('writes IPv6 in brackets', () => {
  expect([formatAddress({ host: '::1', port: 1 }), formatAddress({ host: 'a', port: 2 })]).toEqual(['[::1]:1', 'a:2'])
})
