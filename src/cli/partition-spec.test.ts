import { expect, it } from 'vitest'
import { parsePartitions, parseTopicSelection } from './partition-spec.ts'

it('reads numbers and ranges, sorted and once each', () => {
  expect(parsePartitions('4,0-2,1')).toEqual([0, 1, 2, 4])
  expect(parseTopicSelection('orders:0,2-3')).toEqual({ topic: 'orders', partitions: [0, 2, 3] })
  expect(parseTopicSelection('orders')).toEqual({ topic: 'orders' })
})

it.each(['', 'a', '1-', '3-1', '-1', '0-99999999'])('refuses %j', (text) => {
  expect(() => parsePartitions(text)).toThrow('bad partitions')
})
