import { expect, test } from 'vitest'
import { isControl, producerEpoch, updateCrc } from './batch-header.ts'
import { buildBatch } from './build-batch.ts'
import {
  buildEndTransactionMarker,
  ControlRecordType,
  controlRecordKey,
  endTransactionMarker
} from './control-record.ts'
import { recordsOf } from './iterate.ts'

test('a marker has the bytes of Apache Kafka', () => {
  const marker = { type: 'COMMIT', producerId: 2, producerEpoch: 1, coordinatorEpoch: 0, timestampMs: 7 } as const
  const batch = buildEndTransactionMarker(marker)
  expect(batch.subarray(21, 23).toString('hex')).toBe('0030')
  expect(batch.subarray(61).toString('hex')).toBe('200000000800000001' + '0c' + '000000000000' + '00')
  expect([isControl(batch, 0), producerEpoch(batch, 0)]).toEqual([true, 1])
  expect(endTransactionMarker(batch, 0)).toEqual({ type: 'COMMIT', coordinatorEpoch: 0 })
})

test('a leader change has the bytes of Apache Kafka', () => {
  const batch = buildBatch({
    records: [
      {
        key: controlRecordKey(ControlRecordType.LEADER_CHANGE),
        value: Buffer.from('000000000001020000000100020000000100' + '00', 'hex')
      }
    ],
    control: true,
    timestampMs: 0x1a1fbc92d14,
    partitionLeaderEpoch: 1
  })
  expect(batch.toString('hex')).toBe(
    '00000000000000000000004f0000000102ae6a8dec002000000000000001a1fbc92d14000001a1fbc92d14' +
      'ffffffffffffffffffffffffffff00000001' +
      '3a0000000800000002260000000000010200000001000200000001000000'
  )
})

test('a marker that compaction emptied says nothing, one that is damaged is refused', () => {
  const emptied = buildBatch({ records: [], control: true, producerId: 1, producerEpoch: 0 })
  expect(endTransactionMarker(emptied, 0)).toBeUndefined()
  const other = buildBatch({ records: [{ key: controlRecordKey(2), value: Buffer.alloc(6) }], control: true })
  expect(() => endTransactionMarker(other, 0)).toThrow(/control record type/)
  const short = buildBatch({ records: [{ key: controlRecordKey(0), value: Buffer.alloc(5) }], control: true })
  updateCrc(short, 0)
  expect(() => endTransactionMarker(short, 0)).toThrow(/6 bytes/)
  expect([...recordsOf(emptied)]).toEqual([])
})
