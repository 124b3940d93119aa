import { describe, expect, it } from 'vitest'
import { parseChange } from './changes.ts'
import { parseResource } from './resource.ts'

describe('parseChange', () => {
  it.each([
    ['retention.ms=1000', { name: 'retention.ms', operation: 'set', value: '1000' }],
    ['retention.ms=-1', { name: 'retention.ms', operation: 'set', value: '-1' }],
    ['a=b=c', { name: 'a', operation: 'set', value: 'b=c' }],
    ['a=', { name: 'a', operation: 'set', value: '' }],
    ['cleanup.policy+=compact', { name: 'cleanup.policy', operation: 'append', value: 'compact' }],
    ['cleanup.policy-=delete', { name: 'cleanup.policy', operation: 'subtract', value: 'delete' }],
    ['retention.ms-', { name: 'retention.ms', operation: 'delete', value: null }]
  ])('reads %s', (text, change) => expect(parseChange(text)).toEqual(change))

  it.each(['', 'a', '=b', '-', '+=x', 'a b=c'])('refuses %j', (text) => {
    expect(() => parseChange(text)).toThrow('bad change')
  })
})

describe('parseResource', () => {
  it.each([
    ['topic/orders', { type: 2, name: 'orders' }],
    ['broker', { type: 4, name: '' }],
    ['broker/1', { type: 4, name: '1' }],
    ['group/a/b', { type: 32, name: 'a/b' }],
    ['client-metrics/m', { type: 16, name: 'm' }]
  ])('reads %s', (text, resource) => expect(parseResource(text)).toEqual(resource))

  it.each(['', 'topic', 'topic/', 'orders', 'topics/orders', 'user/x'])('refuses %j', (text) => {
    expect(() => parseResource(text)).toThrow('bad resource')
  })
})
