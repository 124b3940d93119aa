import { describe, expect, it } from 'vitest'
import { type RecordFlags, recordParser } from './record-parser.ts'

function parse(line: string, flags: RecordFlags = {}) {
  const { key, value, headers, partition, timestampMs } = recordParser(flags)(Buffer.from(line))
  const text = (bytes: Buffer | null | undefined) => bytes?.toString() ?? null
  const texts = headers?.map((header) => [header.key, text(header.value)])
  return { key: text(key), value: text(value), headers: texts, partition, timestampMs }
}

describe('recordParser', () => {
  it('takes the line as value, with the key, headers and partition of the flags', () => {
    const flags = { key: 'k', header: ['a=1', 'b=x=y'], partition: '2' }
    expect(parse('hello', flags)).toMatchObject({
      key: 'k',
      value: 'hello',
      headers: [
        ['a', '1'],
        ['b', 'x=y']
      ],
      partition: 2
    })
    expect(parse('')).toMatchObject({ key: null, value: '' })
  })

  it('splits key and value at the first separator', () => {
    expect(parse('a\tb\tc', { keySeparator: '\\t' })).toMatchObject({ key: 'a', value: 'b\tc' })
    expect(() => parse('ab', { keySeparator: ':' })).toThrow('no key separator ":"')
  })

  it('makes tombstones of empty values when asked to', () => {
    expect(parse('', { key: 'k', tombstone: true })).toMatchObject({ key: 'k', value: null })
    expect(parse('k:', { keySeparator: ':', tombstone: true })).toMatchObject({ key: 'k', value: null })
  })

  it('reads JSON records', () => {
    const line = '{"key":"k","value":{"id":1},"headers":{"a":"1"},"partition":3,"timestamp":5}'
    expect(parse(line, { json: true })).toEqual({
      key: 'k',
      value: '{"id":1}',
      headers: [['a', '1']],
      partition: 3,
      timestampMs: 5
    })
    expect(() => parse('[]', { json: true })).toThrow('want an object')
    expect(() => parse('{', { json: true })).toThrow('not JSON')
    expect(() => parse('{"partition":"x"}', { json: true })).toThrow('partition: want a whole number')
  })

  it('refuses flags that make no sense together', () => {
    expect(() => recordParser({ key: 'a', keySeparator: ':' })).toThrow('either -k or -K')
    expect(() => recordParser({ header: ['novalue'] })).toThrow('want NAME=VALUE')
  })
})
