import { describe, expect, it } from 'vitest'
import { setBaseOffset } from '../records/batch-header.ts'
import { buildBatch } from '../records/build-batch.ts'
import { buildEndTransactionMarker } from '../records/control-record.ts'
import { visibleRecords } from './visible-records.ts'

function batch(baseOffset: number, values: string[], producerId = -1): Buffer {
  const records = values.map((value) => ({ value: Buffer.from(value) }))
  return buildBatch({
    records,
    baseOffset,
    producerId,
    producerEpoch: producerId < 0 ? -1 : 0,
    transactional: producerId >= 0
  })
}

function marker(baseOffset: number, producerId: number, type: 'ABORT' | 'COMMIT'): Buffer {
  const bytes = buildEndTransactionMarker({ type, producerId, producerEpoch: 0, coordinatorEpoch: 0, timestampMs: 0 })
  setBaseOffset(bytes, 0, baseOffset)
  return bytes
}

const values = (buffer: Buffer, options: Parameters<typeof visibleRecords>[1]) =>
  visibleRecords(buffer, options).records.map(({ offset, value }) => `${offset}${value}`)

describe('visibleRecords', () => {
  it('begins at the offset asked for, though the batch begins before', () => {
    const buffer = Buffer.concat([batch(3, ['a', 'b', 'c']), batch(6, ['d'])])
    expect(visibleRecords(buffer, { fromOffset: 4 }).nextOffset).toBe(7)
    expect(values(buffer, { fromOffset: 4 })).toEqual(['4b', '5c', '6d'])
  })

  it('goes on behind batches that show nothing', () => {
    const buffer = Buffer.concat([batch(0, ['a'], 7), marker(1, 7, 'COMMIT')])
    expect(visibleRecords(buffer, { fromOffset: 1 })).toEqual({ records: [], nextOffset: 2 })
  })

  it('leaves out a batch that is torn at the end', () => {
    const buffer = Buffer.concat([batch(0, ['a']), batch(1, ['b']).subarray(0, 60)])
    expect(visibleRecords(buffer, { fromOffset: 0 })).toMatchObject({ nextOffset: 1 })
  })

  it('hides the aborted transactions of a producer and no others', () => {
    const buffer = Buffer.concat([
      batch(0, ['a'], 7),
      batch(1, ['x']),
      batch(2, ['c'], 8),
      marker(3, 7, 'ABORT'),
      batch(4, ['b'], 7),
      marker(5, 8, 'COMMIT'),
      marker(6, 7, 'COMMIT'),
      batch(7, ['d'], 7),
      marker(8, 7, 'ABORT')
    ])
    const abortedTransactions = [
      { producerId: 7, firstOffset: 7 },
      { producerId: 7, firstOffset: 0 }
    ]
    expect(values(buffer, { fromOffset: 0, abortedTransactions })).toEqual(['1x', '2c', '4b'])
    expect(values(buffer, { fromOffset: 0 })).toEqual(['0a', '1x', '2c', '4b', '7d'])
  })

  it('refuses a batch whose bytes were changed', () => {
    const buffer = batch(0, ['a'])
    buffer[buffer.length - 1] ^= 1
    expect(() => visibleRecords(buffer, { fromOffset: 0 })).toThrow('wrong CRC')
  })
})
