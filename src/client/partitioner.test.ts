import { describe, expect, it } from 'vitest'
import { murmur2, partitionForKey, StickyPartitioner } from './partitioner.ts'

// Made by org.apache.kafka.common.utils.Utils.murmur2 and toPositive of Apache Kafka 4.3.1: text, hash, partition of 7.
const texts: readonly [string, number, number][] = [
  ['', 275646681, 2],
  ['a', -1563381124, 5],
  ['ab', 316155434, 0],
  ['abc', 479470107, 4],
  ['abcd', -1323649548, 5],
  ['key', -1079937367, 4],
  ['hello world', 1221641059, 2],
  ['21', -973932308, 3],
  ['foobar', -790332482, 0],
  ['a-little-bit-long-string', -985981536, 1],
  ['a-little-bit-longer-string', -1486304829, 0],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971, 3],
  ['éèü', -1979747312, 5],
  ['😀', 131881617, 0]
]
const bytes: readonly [string, number][] = [
  ['35', 55100550],
  ['f78a', 1288432276],
  ['e1bbe7', -983584298],
  ['28c0450c', -392157833],
  ['e43c084f4b', 650222576],
  ['839dee466d852c', 1702911219],
  ['be6a61aa9a0c6117', -504298903],
  ['bd6743e7dc978573998e685e885cb3', -575309797],
  ['f86c974620bebfb01100b276545718c3', 869706900],
  ['0f406cc8e3a188fff11059eb6fbce62655dfbd6f83b89670d6d9f9bf52d83d', -1605831631],
  ['dc0bf66205835ccc16ad682d8c478a26f450279849599b56dd53b3351a572b40f2', -483974496]
]

describe('murmur2', () => {
  it.each(texts)('of %j is what Java makes of it', (text, hash, partition) => {
    expect(murmur2(Buffer.from(text))).toBe(hash)
    expect(partitionForKey(Buffer.from(text), 7)).toBe(partition)
  })

  it.each(bytes)('of the bytes %s is what Java makes of them', (hex, hash) => {
    expect(murmur2(Buffer.from(hex, 'hex'))).toBe(hash)
  })
})

describe('StickyPartitioner', () => {
  const random = (...draws: number[]) => ({
    bytes: (count: number) => Buffer.alloc(count),
    float: () => draws.shift()!
  })

  it('stays until the batch is full, then moves to another partition', () => {
    const sticky = new StickyPartitioner(random(0.5, 0))
    expect([sticky.partition('t', 4), sticky.partition('t', 4)]).toEqual([2, 2])
    sticky.onBatchFull('t', 4)
    expect(sticky.partition('t', 4)).toBe(3)
  })

  it('keeps topics apart and stays on the only partition', () => {
    const sticky = new StickyPartitioner(random(0.9, 0.9))
    expect([sticky.partition('a', 1), sticky.partition('b', 10)]).toEqual([0, 9])
    sticky.onBatchFull('a', 1)
    expect(sticky.partition('a', 1)).toBe(0)
  })
})
