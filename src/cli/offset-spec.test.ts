import { describe, expect, it } from 'vitest'
import { parseOffset } from './offset-spec.ts'

describe('parseOffset', () => {
  it.each([
    ['start', { kind: 'start' }],
    ['end', { kind: 'end' }],
    ['earliest', { kind: 'start' }],
    ['latest', { kind: 'end' }],
    ['0', { kind: 'offset', count: 0 }],
    ['+5', { kind: 'fromStart', count: 5 }],
    ['-5', { kind: 'fromEnd', count: 5 }],
    ['@1700000000000', { kind: 'time', timestampMs: 1700000000000 }],
    ['@-1s', { kind: 'time', timestampMs: 9_000 }]
  ])('reads %s', (text, spec) => expect(parseOffset(text, 10_000)).toEqual(spec))

  it.each(['', 'begin', '1.5', '--1', '@', '@x'])('refuses %j', (text) => {
    expect(() => parseOffset(text, 10_000)).toThrow(/bad (offset|time)/)
  })
})
