// What a log asks of idempotent and transactional producers, and what of it survives a restart.
import { describe, expect, test } from 'vitest'
import { buildBatch } from '../records/build-batch.ts'
import { buildEndTransactionMarker } from '../records/control-record.ts'
import { MemoryFileSystem } from './file-system-memory.ts'
import type { Log } from './log.ts'
import { ProducerEntry } from './producer-entry.ts'
import { CorruptSnapshotError, decodeProducerSnapshot, encodeProducerSnapshot } from './producer-snapshot.ts'
import { TestDirectory } from './testing/test-directory.ts'

const place = () => ({ fileSystem: new MemoryFileSystem(), root: '/data' })

interface Sent {
  producerId?: number
  producerEpoch?: number
  baseSequence: number
  count?: number
  transactional?: boolean
}

function send(log: Log, { producerId = 7, producerEpoch = 0, baseSequence, count = 1, transactional }: Sent) {
  const records = Array.from({ length: count }, () => ({ value: Buffer.from('v') }))
  const batch = buildBatch({
    records,
    producerId,
    producerEpoch,
    baseSequence,
    transactional,
    timestampMs: 1_700_000_000_000
  })
  return log.append(batch, { origin: 'client' })
}

function end(log: Log, type: 'COMMIT' | 'ABORT', producerEpoch: number, transactionVersion = 2, coordinatorEpoch = 1) {
  const marker = { type, producerId: 7, producerEpoch, coordinatorEpoch, timestampMs: 1_700_000_000_000 }
  return log.append(buildEndTransactionMarker(marker), { origin: 'coordinator', transactionVersion })
}

const named = (errorName: string) => expect.objectContaining({ errorName })

describe('an idempotent producer', () => {
  test('gets the offsets of the first time for a batch it sends again', () => {
    const log = new TestDirectory(place()).open('t')
    for (let sequence = 0; sequence < 10; sequence += 2) send(log, { baseSequence: sequence, count: 2 })
    for (const sequence of [8, 6, 4, 2, 0]) {
      const answer = send(log, { baseSequence: sequence, count: 2 })
      expect(answer).toMatchObject({ isDuplicate: true, firstOffset: sequence, lastOffset: sequence + 1 })
    }
    expect(log.logEndOffset).toBe(10)
    send(log, { baseSequence: 10 })
    expect(() => send(log, { baseSequence: 0, count: 2 })).toThrow(named('OUT_OF_ORDER_SEQUENCE_NUMBER'))
  })

  test('may leave no gap, unless nothing is known of it', () => {
    const log = new TestDirectory(place()).open('t')
    send(log, { baseSequence: 41 })
    expect(() => send(log, { baseSequence: 43 })).toThrow(named('OUT_OF_ORDER_SEQUENCE_NUMBER'))
    send(log, { baseSequence: 42 })
  })

  test('starts at 0 in a new epoch, and its old epoch is fenced', () => {
    const log = new TestDirectory(place()).open('t')
    send(log, { baseSequence: 0 })
    expect(() => send(log, { baseSequence: 1, producerEpoch: 1 })).toThrow(named('OUT_OF_ORDER_SEQUENCE_NUMBER'))
    send(log, { baseSequence: 0, producerEpoch: 1 })
    expect(() => send(log, { baseSequence: 1 })).toThrow(named('INVALID_PRODUCER_EPOCH'))
  })

  test('goes on over the end of the sequences', () => {
    const log = new TestDirectory(place()).open('t')
    send(log, { baseSequence: 0x7ffffffe, count: 3 })
    expect(send(log, { baseSequence: 0x7ffffffe, count: 3 }).isDuplicate).toBe(true)
    send(log, { baseSequence: 1 })
  })

  test.each(['stopped', 'killed'])('continues after the broker was %s', async (how) => {
    const test = new TestDirectory(place())
    const log = test.open('t')
    for (let sequence = 0; sequence < 5; sequence++) send(log, { baseSequence: sequence })
    if (how === 'stopped') await test.stop()
    const again = test.restart().open('t')
    expect(send(again, { baseSequence: 4 })).toMatchObject({ isDuplicate: true, firstOffset: 4 })
    expect(() => send(again, { baseSequence: 6 })).toThrow(named('OUT_OF_ORDER_SEQUENCE_NUMBER'))
    send(again, { baseSequence: 5 })
  })

  test('is forgotten when it was silent for too long', () => {
    const test = new TestDirectory(place(), { 'producer.id.expiration.ms': '1000' })
    test.logs.start()
    const log = test.open('t')
    send(log, { baseSequence: 0 })
    test.clock.advance(600_000)
    expect(log.producers()).toEqual([])
  })
})

describe('a transaction', () => {
  test('holds back the last stable offset until it ends', () => {
    const log = new TestDirectory(place()).open('t')
    send(log, { producerId: 9, baseSequence: 0 })
    send(log, { baseSequence: 0, transactional: true })
    send(log, { producerId: 9, baseSequence: 1 })
    expect(log.lastStableOffset).toBe(1)
    expect(log.read(0, { maxBytes: 1000, minOneBatch: true, limitOffset: log.lastStableOffset }).nextOffset).toBe(1)
    end(log, 'COMMIT', 1)
    expect(log.lastStableOffset).toBe(4)
    expect(log.abortedTransactions(0, 4)).toEqual([])
  })

  test('that was aborted is named to readers, after a restart too', async () => {
    const test = new TestDirectory(place())
    const log = test.open('t', { segmentBytes: 300 })
    for (let epoch = 0; epoch < 5; epoch++) {
      send(log, { baseSequence: 0, producerEpoch: epoch, transactional: true })
      end(log, 'ABORT', epoch + 1)
    }
    const expected = [0, 2, 4, 6, 8].map((firstOffset) => ({ producerId: 7, firstOffset }))
    expect(log.segments.length).toBeGreaterThan(2)
    expect(log.abortedTransactions(0, 10)).toEqual(expected)
    expect(log.abortedTransactions(4, 7)).toEqual([
      { producerId: 7, firstOffset: 4 },
      { producerId: 7, firstOffset: 6 }
    ])
    expect(test.restart().open('t').abortedTransactions(0, 10)).toEqual(expected)
    await test.stop()
    expect(test.restart().open('t').abortedTransactions(0, 10)).toEqual(expected)
  })

  test('that is open stays open over a restart', async () => {
    const test = new TestDirectory(place())
    const log = test.open('t')
    send(log, { baseSequence: 0, transactional: true })
    send(log, { producerId: 9, baseSequence: 0 })
    await test.stop()
    const again = test.restart().open('t')
    expect(again.lastStableOffset).toBe(0)
    expect(() => send(again, { baseSequence: 1 })).toThrow(named('INVALID_TXN_STATE'))
    end(again, 'ABORT', 1)
    expect(again.lastStableOffset).toBe(3)
  })

  test('refuses markers of fenced coordinators and late epochs', () => {
    const log = new TestDirectory(place()).open('t')
    send(log, { baseSequence: 0, producerEpoch: 3, transactional: true })
    expect(() => end(log, 'COMMIT', 3)).toThrow(named('INVALID_PRODUCER_EPOCH'))
    expect(() => end(log, 'COMMIT', 2, 0)).toThrow(named('INVALID_PRODUCER_EPOCH'))
    end(log, 'COMMIT', 4, 2, 5)
    end(log, 'COMMIT', 4, 2, 5) // sent again: nothing is open any more
    expect(() => end(log, 'COMMIT', 5, 2, 4)).toThrow(named('TRANSACTION_COORDINATOR_FENCED'))
  })

  test('must be known to its coordinator', () => {
    const log = new TestDirectory(place()).open('t')
    const batch = buildBatch({
      records: [{ value: null }],
      producerId: 7,
      producerEpoch: 0,
      baseSequence: 0,
      transactional: true
    })
    const append = () => log.append(Buffer.from(batch), { origin: 'client', transactionVerified: false })
    expect(append).toThrow(named('INVALID_TXN_STATE'))
    send(log, { baseSequence: 0, transactional: true })
    expect(append().isDuplicate).toBe(true)
  })
})

describe('a producer snapshot', () => {
  function entry(): ProducerEntry {
    const made = new ProducerEntry(0)
    made.setEpoch(0)
    made.pushBatch(4, 4, 4, 0x1a1fbcb554e)
    made.lastTimestampMs = 0x1a1fbcb554e
    return made
  }

  test('has the bytes of Apache Kafka', () => {
    expect(encodeProducerSnapshot(new Map()).toString('hex')).toBe('000148674bc700000000')
    const bytes = encodeProducerSnapshot(new Map([[0, entry()]]))
    expect(bytes.toString('hex')).toBe(
      '00018890e9fb00000001' +
        '0000000000000000000000000004000000000000000400000004000001a1fbcb554effffffffffffffffffffffff'
    )
    expect(decodeProducerSnapshot(bytes)).toEqual([entry()])
  })

  test('that is damaged is not used', () => {
    const bytes = encodeProducerSnapshot(new Map([[0, entry()]]))
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeProducerSnapshot(bytes.subarray(0, length))).toThrow(CorruptSnapshotError)
    }
    for (let at = 0; at < bytes.length; at++) {
      const broken = Buffer.from(bytes)
      broken[at] ^= 0x10
      expect(() => decodeProducerSnapshot(broken)).toThrow(CorruptSnapshotError)
    }
  })
})
