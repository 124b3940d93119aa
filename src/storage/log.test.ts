import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { FileSystem } from '../ports.ts'
import { codec, partitionLeaderEpoch } from '../records/batch-header.ts'
import { buildBatch } from '../records/build-batch.ts'
import { allRecords } from '../records/iterate.ts'
import { MemoryFileSystem } from './file-system-memory.ts'
import { nodeFileSystem } from './file-system-node.ts'
import type { Log } from './log.ts'
import { TestDirectory, values } from './testing/test-directory.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

function onDisk(): { fileSystem: FileSystem; root: string } {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'odradek-log-'))
  cleanups.push(() => fs.rmSync(root, { recursive: true, force: true }))
  return { fileSystem: nodeFileSystem(), root: `${root}/data` }
}

const inMemory = () => ({ fileSystem: new MemoryFileSystem(), root: '/data' })
const named = (errorName: string) => expect.objectContaining({ errorName })
const all = { maxBytes: 1 << 20, minOneBatch: true }

function append(log: Log, ...texts: string[]): void {
  log.append(values(...texts), { origin: 'client' })
}

/** One record of a size and a time; the batch is 70 bytes longer. */
function appendSized(log: Log, size: number, timestampMs: number): void {
  log.append(buildBatch({ records: [{ value: Buffer.alloc(size) }], timestampMs }), { origin: 'client' })
}

function textsFrom(log: Log, offset: number): string[] {
  const texts: string[] = []
  for (let next = offset; next < log.logEndOffset; ) {
    const { records, nextOffset } = log.read(next, all)
    for (const record of allRecords(records)) if (record.offset >= offset) texts.push(String(record.value))
    next = nextOffset
  }
  return texts
}

describe.each([
  ['in memory', inMemory],
  ['on disk', onDisk]
])('a log %s', (_, place) => {
  test('gives back what was appended, at its offsets', async () => {
    const test = new TestDirectory(place())
    const log = test.open('a')
    expect(log.append(values('one', 'two'), { origin: 'client' })).toMatchObject({ firstOffset: 0, lastOffset: 1 })
    expect(log.append(values('three'), { origin: 'client' })).toMatchObject({ firstOffset: 2, lastOffset: 2 })
    const { records, nextOffset } = log.read(0, all)
    expect(Array.from(allRecords(records), ({ offset, value }) => [offset, String(value)])).toEqual([
      [0, 'one'],
      [1, 'two'],
      [2, 'three']
    ])
    expect(nextOffset).toBe(3)
    await test.stop()
    expect(textsFrom(test.restart().open('a'), 0)).toEqual(['one', 'two', 'three'])
  })

  test('reads any range of any batches over its segments', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ maxLength: 30 }), { minLength: 1, maxLength: 5 }), {
          minLength: 1,
          maxLength: 30
        }),
        fc.nat(),
        fc.integer({ min: 1, max: 600 }),
        (batches, anywhere, maxBytes) => {
          const log = new TestDirectory(place()).open('a', { segmentBytes: 400, indexIntervalBytes: 100 })
          for (const texts of batches) append(log, ...texts)
          const written = batches.flat()
          const from = anywhere % (written.length + 1)
          const read: [number, string][] = []
          for (let next = from; next < written.length; ) {
            const result = log.read(next, { maxBytes, minOneBatch: true })
            expect(result.nextOffset).toBeGreaterThan(next)
            for (const record of allRecords(result.records)) {
              if (record.offset >= next) read.push([record.offset, String(record.value)])
            }
            next = result.nextOffset
          }
          expect(read).toEqual(written.slice(from).map((text, index) => [from + index, text]))
        }
      ),
      { numRuns: 60 }
    )
  })

  test('refuses an offset outside', () => {
    const log = new TestDirectory(place()).open('a')
    append(log, 'x')
    expect(() => log.read(2, all)).toThrow(named('OFFSET_OUT_OF_RANGE'))
    expect(() => log.read(-1, all)).toThrow(named('OFFSET_OUT_OF_RANGE'))
    expect(log.read(1, all)).toEqual({ records: Buffer.alloc(0), nextOffset: 1 })
  })

  test('gives the first batch whatever the limit, or nothing when that is not wanted', () => {
    const log = new TestDirectory(place()).open('a')
    append(log, 'x'.repeat(500))
    append(log, 'y')
    expect(log.read(0, { maxBytes: 1, minOneBatch: true }).nextOffset).toBe(1)
    expect(log.read(0, { maxBytes: 100, minOneBatch: false })).toMatchObject({ nextOffset: 0 })
    expect(log.read(0, { maxBytes: 1000, minOneBatch: false, limitOffset: 1 }).nextOffset).toBe(1)
    const target = Buffer.alloc(5000)
    expect(log.read(0, { ...all, allocate: () => target }).records.buffer).toBe(target.buffer)
  })

  test('keeps what was written when the process dies', () => {
    const test = new TestDirectory(place())
    const log = test.open('a', { segmentBytes: 300 })
    for (let index = 0; index < 20; index++) append(log, `value ${index}`)
    expect(textsFrom(test.restart().open('a', { segmentBytes: 300 }), 0)).toHaveLength(20)
  })
})

describe('a segment rolls', () => {
  const roll = (overrides: Parameters<TestDirectory['open']>[1], appends: (log: Log, test: TestDirectory) => void) => {
    const test = new TestDirectory(inMemory())
    const log = test.open('a', overrides)
    appends(log, test)
    return log.segments.map((segment) => segment.baseOffset)
  }

  test('before it would grow beyond its size', () => {
    const bases = roll({ segmentBytes: 340 }, (log) => {
      for (let count = 0; count < 5; count++) appendSized(log, 99, 1000)
    })
    expect(bases).toEqual([0, 2, 4])
  })

  test('when its records span too much time', () => {
    const now = 1_700_000_000_000
    const bases = roll({ segmentMs: 1000 }, (log) => {
      for (const later of [0, 1000, 1001, 500, 2001, 2002]) appendSized(log, 9, now + later)
    })
    expect(bases).toEqual([0, 2, 5])
  })

  test('when it is old and its records have no time', () => {
    const bases = roll({ segmentMs: 1000 }, (log, test) => {
      appendSized(log, 9, -1)
      test.clock.advance(1001)
      appendSized(log, 9, -1)
    })
    expect(bases).toEqual([0, 1])
  })

  test('when an index is full', () => {
    const bases = roll({ segmentIndexBytes: 36, indexIntervalBytes: 0 }, (log) => {
      for (let count = 0; count < 12; count++) appendSized(log, 9, 1000 + count)
    })
    expect(bases.length).toBeGreaterThan(2)
  })

  test('and a batch larger than a segment is refused', () => {
    const log = new TestDirectory(inMemory()).open('a', { segmentBytes: 100 })
    expect(() => appendSized(log, 99, 1)).toThrow(named('RECORD_LIST_TOO_LARGE'))
    expect(log.logEndOffset).toBe(0)
  })
})

describe('retention', () => {
  const small = { segmentBytes: 200, fileDeleteDelayMs: 1000 }

  test('by time removes segments whose last record is too old', () => {
    const test = new TestDirectory(inMemory())
    const log = test.open('a', { ...small, retentionMs: 10_000 })
    const now = test.clock.nowMs()
    for (const age of [50_000, 40_000, 5_000, 30_000]) appendSized(log, 99, now - age)
    expect(log.runRetention(now)).toBe(2)
    expect([log.logStartOffset, log.logEndOffset]).toEqual([2, 4])
    expect(() => log.read(1, all)).toThrow(named('OFFSET_OUT_OF_RANGE'))
    expect(test.fileSystem.list('/data/a-0').filter(({ name }) => name.endsWith('.deleted')).length).toBeGreaterThan(1)
    test.clock.advance(1100)
    expect(test.fileSystem.list('/data/a-0').filter(({ name }) => name.endsWith('.deleted'))).toEqual([])
  })

  test('may remove everything, and offsets go on', async () => {
    const test = new TestDirectory(inMemory())
    const log = test.open('a', { ...small, retentionMs: 10_000 })
    for (let count = 0; count < 3; count++) appendSized(log, 99, test.clock.nowMs())
    test.clock.advance(20_000)
    expect(log.runRetention(test.clock.nowMs())).toBe(3)
    expect([log.logStartOffset, log.logEndOffset, log.sizeBytes]).toEqual([3, 3, 0])
    expect(log.runRetention(test.clock.nowMs() + 1e9)).toBe(0)
    const killed = test.restart().open('a', small)
    expect([killed.logStartOffset, killed.logEndOffset]).toEqual([3, 3])
    await test.stop()
    expect(test.restart().open('a', small).logEndOffset).toBe(3)
  })

  test('by size keeps the newest that fit', () => {
    const log = new TestDirectory(inMemory()).open('a', { ...small, retentionMs: -1, retentionBytes: 500 })
    for (let count = 0; count < 10; count++) appendSized(log, 99, 1000)
    log.runRetention(0)
    expect(log.sizeBytes).toBeGreaterThanOrEqual(500)
    expect(log.sizeBytes).toBeLessThan(500 + 200)
  })

  test('leaves a compacted log alone, but for what lies before its start', () => {
    const cleanupPolicy = new Set(['delete', 'compact'] as const)
    const log = new TestDirectory(inMemory()).open('a', { ...small, retentionMs: 1, cleanupPolicy })
    const keyed = () => buildBatch({ records: [{ key: Buffer.from('k'), value: Buffer.alloc(99) }], timestampMs: 1 })
    for (let count = 0; count < 4; count++) log.append(keyed(), { origin: 'client' })
    log.deleteRecordsBefore(2)
    log.updateConfig({ ...log.config, cleanupPolicy: new Set(['compact']) })
    expect(log.runRetention(1e12)).toBe(2)
    expect(() => log.deleteRecordsBefore(3)).toThrow(named('POLICY_VIOLATION'))
  })
})

describe('deleting records', () => {
  test('moves the start, and whole segments go later', () => {
    const test = new TestDirectory(inMemory())
    const log = test.open('a', { segmentBytes: 200 })
    for (let count = 0; count < 6; count++) append(log, 'x'.repeat(99))
    expect(log.deleteRecordsBefore(3)).toBe(3)
    expect(log.deleteRecordsBefore(1)).toBe(3)
    expect(log.segments).toHaveLength(6)
    expect(log.runRetention(0)).toBe(3)
    expect(() => log.deleteRecordsBefore(7)).toThrow(named('OFFSET_OUT_OF_RANGE'))
    expect(() => log.deleteRecordsBefore(-2)).toThrow(named('OFFSET_OUT_OF_RANGE'))
    expect(log.deleteRecordsBefore(-1)).toBe(6)
  })

  test('lasts over a stop, also in the middle of a segment', async () => {
    const test = new TestDirectory(inMemory())
    const log = test.open('a')
    append(log, 'one', 'two')
    append(log, 'three')
    log.deleteRecordsBefore(1)
    await test.stop()
    const again = test.restart().open('a')
    expect(again.logStartOffset).toBe(1)
    expect(textsFrom(again, 1)).toEqual(['two', 'three'])
  })
})

describe('offsets by time', () => {
  function timed(): Log {
    const log = new TestDirectory(inMemory()).open('a', { segmentBytes: 400, indexIntervalBytes: 50 })
    log.assignLeaderEpoch(2)
    const times = [100, 300, 200, 500, 400, 600, 600, 550]
    for (const timestampMs of times) appendSized(log, 50, timestampMs)
    return log
  }

  test('are of the first record at or after the time', () => {
    const log = timed()
    const found = (timestampMs: number) => log.offsetForTimestamp(timestampMs)
    expect(found(0)).toEqual({ offset: 0, timestampMs: 100, leaderEpoch: 2 })
    expect(found(101)).toMatchObject({ offset: 1, timestampMs: 300 })
    expect(found(301)).toMatchObject({ offset: 3 })
    expect(found(600)).toMatchObject({ offset: 5 })
    expect(found(601)).toBeUndefined()
    log.deleteRecordsBefore(4)
    expect(found(0)).toMatchObject({ offset: 4 })
  })

  test('the greatest timestamp has its first record', () => {
    expect(timed().maxTimestampOffset()).toEqual({ offset: 5, timestampMs: 600, leaderEpoch: 2 })
    expect(new TestDirectory(inMemory()).open('a').maxTimestampOffset()).toBeUndefined()
  })

  test('look into compressed batches', () => {
    const log = new TestDirectory(inMemory()).open('a')
    const records = [1, 2, 3].map((timestampMs) => ({ value: null, timestampMs }))
    log.append(buildBatch({ records, codec: 2 }), { origin: 'client' })
    expect(log.offsetForTimestamp(2)).toMatchObject({ offset: 1 })
    expect(log.maxTimestampOffset()).toMatchObject({ offset: 2, timestampMs: 3 })
  })
})

test('leader epochs are stamped, kept and asked for', async () => {
  const test = new TestDirectory(inMemory())
  const log = test.open('a')
  for (const epoch of [0, 3]) {
    log.assignLeaderEpoch(epoch)
    append(log, 'x', 'y')
  }
  log.assignLeaderEpoch(7)
  expect(Array.from([0, 2], (offset) => partitionLeaderEpoch(log.read(offset, all).records, 0))).toEqual([0, 3])
  expect(log.epochEndOffset(0)).toEqual({ leaderEpoch: 0, endOffset: 2 })
  expect(log.epochEndOffset(7)).toEqual({ leaderEpoch: 7, endOffset: 4 })
  await test.stop()
  const again = test.restart().open('a')
  expect(again.leaderEpoch).toBe(3) // the last epoch had no records
  expect([again.leaderEpochOf(1), again.leaderEpochOf(2)]).toEqual([0, 3])
})

describe('compression.type', () => {
  test('is given to what has another codec', async () => {
    const log = new TestDirectory(inMemory()).open('a', { compressionType: 'zstd' })
    const batch = values('one', 'two')
    expect(log.needsConversion(batch)).toBe(true)
    const converted = await log.convert(batch)
    expect([codec(converted, 0), log.needsConversion(converted)]).toEqual([4, false])
    log.append(converted, { origin: 'client' })
    append(log, 'three')
    expect(codec(log.read(2, all).records, 0)).toBe(4)
    expect(textsFrom(log, 0)).toEqual(['one', 'two', 'three'])
  })

  test('may make a batch too large', () => {
    const log = new TestDirectory(inMemory()).open('a', { compressionType: 'uncompressed', maxMessageBytes: 500 })
    const batch = buildBatch({ records: [{ value: Buffer.alloc(1000) }], codec: 1 })
    expect(() => log.append(batch, { origin: 'client' })).toThrow(named('MESSAGE_TOO_LARGE'))
    expect(log.logEndOffset).toBe(0)
  })
})

test('append time is the time of the log', () => {
  const test = new TestDirectory(inMemory())
  const log = test.open('a', { messageTimestampType: 'LogAppendTime' })
  const { logAppendTimeMs } = log.append(buildBatch({ records: [{ value: null }], timestampMs: 5 }), {
    origin: 'client'
  })
  expect(logAppendTimeMs).toBe(test.clock.nowMs())
  expect([...allRecords(log.read(0, all).records)][0].timestampMs).toBe(test.clock.nowMs())
})

describe('flushing', () => {
  test('many who wait share few syncs', async () => {
    const fileSystem = new MemoryFileSystem()
    let syncs = 0
    const log = new TestDirectory({ fileSystem, root: '/data' }).open('a', { flushMessages: 1 })
    fileSystem.fault = (operation, file) => {
      if (operation === 'sync' && file.endsWith('.log')) syncs++
      return undefined
    }
    const flushes: Promise<void>[] = []
    for (let count = 0; count < 50; count++) {
      expect(log.append(values('x'), { origin: 'client' }).needsFlush).toBe(true)
      flushes.push(log.flush())
    }
    await Promise.all(flushes)
    expect(syncs).toBe(2)
    expect(log.recoveryPoint).toBe(50)
    await log.flush()
    expect(syncs).toBe(2)
  })

  test('is asked for after flush.messages', async () => {
    const log = new TestDirectory(inMemory()).open('a', { flushMessages: 3 })
    const needs = () => log.append(values('x'), { origin: 'client' }).needsFlush
    expect([needs(), needs(), needs()]).toEqual([false, false, true])
    await log.flush()
    expect(needs()).toBe(false)
  })
})

describe('a disk', () => {
  test('that is full costs one append, and takes the next when there is room', () => {
    const fileSystem = new MemoryFileSystem()
    const log = new TestDirectory({ fileSystem, root: '/data' }).open('a', { segmentBytes: 400 })
    append(log, 'before')
    fileSystem.freeBytes = 20
    for (let count = 0; count < 3; count++)
      expect(() => append(log, 'x'.repeat(100))).toThrow(named('KAFKA_STORAGE_ERROR'))
    expect(textsFrom(log, 0)).toEqual(['before'])
    fileSystem.freeBytes = 10_000
    for (let count = 0; count < 5; count++) append(log, 'x'.repeat(100))
    expect(log.logEndOffset).toBe(6)
    expect(log.segments.length).toBeGreaterThan(1)
  })

  test('that fails takes its log offline', () => {
    const fileSystem = new MemoryFileSystem()
    const test = new TestDirectory({ fileSystem, root: '/data' })
    const [log, other] = [test.open('a'), test.open('b')]
    append(log, 'x')
    fileSystem.fault = (operation, file) =>
      operation === 'write' && file.includes('/a-0/')
        ? Object.assign(new Error('EIO: broken'), { code: 'EIO' })
        : undefined
    expect(() => append(log, 'y')).toThrow(named('KAFKA_STORAGE_ERROR'))
    fileSystem.fault = undefined
    expect(log.isFailed).toBe(true)
    for (const action of [() => append(log, 'z'), () => log.read(0, all), () => log.deleteRecordsBefore(1)]) {
      expect(action).toThrow(named('KAFKA_STORAGE_ERROR'))
    }
    expect(test.logger.lines.filter((line) => line.includes('offline'))).toHaveLength(1)
    append(other, 'fine')
    expect(textsFrom(test.restart().open('a'), 0)).toEqual(['x'])
  })
})
