import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as header from './batch-header.ts'
import { type BatchInit, buildBatch, buildBatchAsync } from './build-batch.ts'
import { batches, recordsOf } from './iterate.ts'

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array))
const record = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  timestampMs: fc.integer({ min: 0, max: 2 ** 45 }),
  headers: fc.array(fc.record({ key: fc.string({ maxLength: 5 }), value: fc.option(bytes) }), { maxLength: 3 })
})
const batch: fc.Arbitrary<BatchInit> = fc.record({
  records: fc.array(record, { minLength: 1, maxLength: 8 }),
  codec: fc.integer({ min: 0, max: 4 }),
  baseOffset: fc.integer({ min: 0, max: 2 ** 40 }),
  producerId: fc.integer({ min: -1, max: 2 ** 40 }),
  producerEpoch: fc.integer({ min: -1, max: 32767 }),
  baseSequence: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
  transactional: fc.boolean(),
  partitionLeaderEpoch: fc.integer({ min: -1, max: 100 })
})

test('records come back as they were built, in every codec', () => {
  fc.assert(
    fc.property(batch, (init) => {
      const built = buildBatch(init)
      expect(header.crcIsValid(built, 0)).toBe(true)
      expect(header.baseOffset(built, 0)).toBe(init.baseOffset)
      expect(header.lastOffset(built, 0)).toBe(init.baseOffset! + init.records.length - 1)
      expect(header.producerId(built, 0)).toBe(init.producerId)
      expect(header.producerEpoch(built, 0)).toBe(init.producerEpoch)
      expect(header.baseSequence(built, 0)).toBe(init.baseSequence)
      expect(header.isTransactional(built, 0)).toBe(init.transactional)
      expect(header.partitionLeaderEpoch(built, 0)).toBe(init.partitionLeaderEpoch)
      expect(header.maxTimestamp(built, 0)).toBe(Math.max(...init.records.map(({ timestampMs }) => timestampMs!)))
      expect([...recordsOf(built)]).toEqual(
        init.records.map((each, index) => ({ ...each, offset: init.baseOffset! + index }))
      )
    })
  )
})

test('compression off the event loop makes the same records', async () => {
  const init = { records: [{ value: Buffer.from('x'.repeat(1000)) }], codec: 4 }
  expect([...recordsOf(await buildBatchAsync(init))]).toEqual([...recordsOf(buildBatch(init))])
})

test('any flipped bit after the checksum is found', () => {
  const built = buildBatch({ records: [{ key: Buffer.from('k'), value: Buffer.from('value') }], timestampMs: 5 })
  for (let bit = 21 * 8; bit < built.length * 8; bit++) {
    const broken = Buffer.from(built)
    broken[bit >> 3] ^= 1 << (bit & 7)
    expect(header.crcIsValid(broken, 0)).toBe(false)
  }
})

test('what a leader stamps lies outside the checksum', () => {
  const built = buildBatch({ records: [{ value: null }], timestampMs: 5 })
  header.setBaseOffset(built, 0, 2 ** 40 + 7)
  header.setPartitionLeaderEpoch(built, 0, 3)
  expect(header.crcIsValid(built, 0)).toBe(true)
  expect(header.baseOffset(built, 0)).toBe(2 ** 40 + 7)
  header.setMaxTimestamp(built, 0, true, 99)
  expect(header.crcIsValid(built, 0)).toBe(true)
  expect([header.timestampType(built, 0), header.maxTimestamp(built, 0)]).toEqual(['LogAppendTime', 99])
  expect([...recordsOf(built)][0].timestampMs).toBe(99)
})

test('a buffer is cut into its whole batches', () => {
  const one = buildBatch({ records: [{ value: Buffer.from('one') }] })
  const two = buildBatch({ records: [{ value: Buffer.from('second') }] })
  const both = Buffer.concat([one, two])
  expect([...batches(both)]).toEqual([0, one.length])
  for (let length = 0; length < both.length; length++) {
    const expected = length < one.length ? [] : [0]
    expect([...batches(both.subarray(0, length))]).toEqual(expected)
  }
})

test('bytes that no batch begins with are CORRUPT_MESSAGE', () => {
  const corrupt = expect.objectContaining({ errorName: 'CORRUPT_MESSAGE' })
  const wrongMagic = buildBatch({ records: [{ value: null }] })
  wrongMagic[16] = 3
  expect(() => [...batches(wrongMagic)]).toThrow(corrupt)
  expect(() => [...batches(Buffer.alloc(40))]).toThrow(corrupt)
})

test('sequences start again at 0', () => {
  expect(header.incrementSequence(0x7fffffff, 1)).toBe(0)
  expect(header.incrementSequence(0x7ffffffe, 5)).toBe(3)
  expect(header.decrementSequence(3, 5)).toBe(0x7ffffffe)
})
