import { describe, expect, it } from 'vitest'
import { javaHash, partitionOfKey } from './java-hash.ts'

describe('partitionOfKey', () => {
  it('puts groups where Apache Kafka puts them', () => {
    const partitions = ['grp1', 'app', 'test-group', '', 'a'].map((key) => partitionOfKey(key, 50))
    expect(partitions).toEqual([48, 1, 12, 0, 47])
  })

  it('hashes as Java does, over UTF-16 code units and wrapping', () => {
    expect(javaHash('hello')).toBe(99162322)
    expect(javaHash('polygenelubricants')).toBe(-0x8000_0000)
    expect(javaHash('\u{1F600}')).toBe(31 * 0xd83d + 0xde00)
  })

  it('has a partition for the smallest hash, which has no absolute value', () => {
    expect(partitionOfKey('polygenelubricants', 50)).toBe(0)
  })
})
