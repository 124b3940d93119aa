import { expect, test } from 'vitest'
import { Writer } from './writer.ts'

test('large ranges become chunks of their own, in order, without a copy', () => {
  const large = Buffer.alloc(5_000, 7)
  const writer = new Writer(8)
  writer.int32(1)
  writer.raw(large)
  writer.raw(Buffer.from('small'))
  for (let index = 0; index < 1_000; index++) writer.int32(index)
  writer.raw(large)
  expect(writer.length).toBe(4 + 5_000 + 5 + 4_000 + 5_000)
  const chunks = writer.finish()
  expect(chunks.filter((chunk) => chunk.buffer === large.buffer && chunk.length === 5_000)).toHaveLength(2)
  const all = Buffer.concat(chunks)
  expect(all.length).toBe(14_009)
  expect(all.subarray(5_004, 5_009).toString()).toBe('small')
  expect(all.readInt32BE(5_009 + 999 * 4)).toBe(999)
})

test('an empty writer gives an empty buffer', () => {
  expect(new Writer().toBuffer().length).toBe(0)
})

test('what has no exact form is refused', () => {
  expect(() => new Writer().int64(2 ** 53)).toThrow(RangeError)
  expect(() => new Writer().int64(0.5)).toThrow(RangeError)
  expect(() => new Writer().uuid('too short')).toThrow(RangeError)
  expect(() => new Writer().uuid('Á'.repeat(22))).toThrow(RangeError)
  expect(() => new Writer().uuid('!'.repeat(22))).toThrow(RangeError)
  expect(() => new Writer().int64Bits('xyz')).toThrow(RangeError)
  expect(() => new Writer().string('x'.repeat(32_768))).toThrow(RangeError)
})
