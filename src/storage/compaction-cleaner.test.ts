// The cleaner in the background: when it begins, what it takes first, what it leaves alone, and that it gets out of the way.
import { expect, test } from 'vitest'
import type { LogConfig } from '../configs/log-config.ts'
import type { Clock } from '../ports.ts'
import { buildBatch } from '../records/build-batch.ts'
import { allRecords } from '../records/iterate.ts'
import { CompactionPace } from './compaction-pace.ts'
import { MemoryFileSystem } from './file-system-memory.ts'
import type { Log } from './log.ts'
import { readOffsetCheckpoint } from './offset-checkpoint.ts'
import { TestDirectory } from './testing/test-directory.ts'

const compacted: Partial<LogConfig> = { cleanupPolicy: new Set(['compact']), segmentBytes: 300 }

function directory(broker: Record<string, string> = {}): TestDirectory {
  return new TestDirectory({ fileSystem: new MemoryFileSystem(), root: '/data' }, broker)
}

function put(test: TestDirectory, log: Log, key: string, value: string | null = 'v'.repeat(60)): void {
  const record = { key: Buffer.from(key), value: value === null ? null : Buffer.from(value) }
  log.append(buildBatch({ records: [record], timestampMs: test.clock.nowMs() }), { origin: 'client' })
}

function putMany(test: TestDirectory, log: Log, count = 30): void {
  for (let index = 0; index < count; index++) put(test, log, `k${index % 3}`)
}

function offsetsOf(log: Log): number[] {
  const offsets: number[] = []
  for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
    const { records, nextOffset } = log.read(offset, { maxBytes: 1e6, minOneBatch: true })
    for (const record of allRecords(records)) offsets.push(record.offset)
    offset = nextOffset
  }
  return offsets
}

/** A memory file system answers within microtasks. */
async function pass(test: TestDirectory, ms: number): Promise<void> {
  test.clock.advance(ms)
  for (let turn = 0; turn < 2000; turn++) await Promise.resolve()
}

const checkpointOf = (test: TestDirectory) => readOffsetCheckpoint(test.fileSystem, '/data/cleaner-offset-checkpoint')

test('it compacts what is dirty enough, and notes how far', async () => {
  const test = directory()
  const log = test.open('t', compacted)
  const other = test.open('u', { segmentBytes: 300 })
  putMany(test, log)
  putMany(test, other)
  test.logs.start()
  await pass(test, 15_000)
  const active = log.segments.at(-1)?.baseOffset ?? 0
  expect(offsetsOf(log).filter((offset) => offset < active)).toHaveLength(3)
  expect(offsetsOf(other)).toHaveLength(30)
  expect([...checkpointOf(test)]).toEqual([['t-0', active]])
  await test.stop()
})

test('a little dirt waits for more', async () => {
  const test = directory()
  const log = test.open('t', { ...compacted, minCleanableDirtyRatio: 0.9 })
  for (let index = 0; index < 30; index++) put(test, log, `k${index}`)
  await test.logs.compact('t', 0)
  const before = checkpointOf(test).get('t-0')
  putMany(test, log, 6)
  test.logs.start()
  await pass(test, 60_000)
  expect(checkpointOf(test).get('t-0')).toBe(before)
  log.updateConfig({ ...log.config, maxCompactionLagMs: 1000 })
  await pass(test, 60_000)
  expect(checkpointOf(test).get('t-0')).toBeGreaterThan(before ?? 0)
})

test('nothing younger than min.compaction.lag.ms is touched', async () => {
  const test = directory()
  const log = test.open('t', { ...compacted, minCompactionLagMs: 10_000 })
  putMany(test, log)
  expect(await test.logs.compact('t', 0)).toBeUndefined()
  test.clock.advance(10_001)
  expect(await test.logs.compact('t', 0)).toBeDefined()
})

test('max.compaction.lag.ms ends a segment', () => {
  const test = directory()
  const log = test.open('t', { ...compacted, segmentBytes: 1e6, maxCompactionLagMs: 5000 })
  put(test, log, 'a')
  test.clock.advance(5001)
  put(test, log, 'a')
  expect(log.segments).toHaveLength(2)
})

test('log.cleaner.enable=false: nothing happens by itself', async () => {
  const test = directory({ 'log.cleaner.enable': 'false' })
  const log = test.open('t', compacted)
  putMany(test, log)
  test.logs.start()
  await pass(test, 100_000)
  expect(offsetsOf(log)).toHaveLength(30)
})

test('compact,delete: old segments go at the pace of the cleaner', async () => {
  const test = directory()
  const log = test.open('t', { ...compacted, cleanupPolicy: new Set(['compact', 'delete']), retentionMs: 20_000 })
  putMany(test, log)
  test.logs.start()
  await pass(test, 15_000)
  expect(log.logStartOffset).toBe(0)
  await pass(test, 15_000)
  expect(log.logStartOffset).toBe(30)
})

test('a topic of the same name begins dirty', async () => {
  const test = directory()
  putMany(test, test.open('t', compacted))
  await test.logs.compact('t', 0)
  test.logs.deleteLog('t', 0)
  test.open('t', compacted)
  await pass(test, 0)
  expect([...checkpointOf(test)]).toEqual([])
})

test('gaps stay when the policy changes: an unclean start keeps what is behind them', async () => {
  const test = directory()
  const log = test.open('t', compacted)
  for (let index = 0; index < 60; index++) put(test, log, index % 20 === 0 ? `k${index}` : 'same')
  await test.logs.compact('t', 0)
  const before = offsetsOf(log)
  test.restart()
  expect(offsetsOf(test.open('t', { segmentBytes: 300 }))).toEqual(before)
})

test('a damaged batch is not copied: the log stays as it is, and is not tried again', async () => {
  const test = directory()
  const log = test.open('t', compacted)
  putMany(test, log)
  const file = test.fileSystem.open(log.segments[1].path('.log'), 'write')
  file.write([Buffer.from([0xff])], 90)
  test.logs.start()
  await pass(test, 100_000)
  const said = test.logger.lines.filter((line) => line.includes('cannot be compacted'))
  expect(said).toHaveLength(1)
  expect(test.fileSystem.list('/data/t-0').filter(({ name }) => name.includes('.cleaned'))).toEqual([])
})

test('a topic deleted meanwhile, and a stop, end a run without a trace', async () => {
  for (const end of ['delete', 'stop'] as const) {
    const test = directory()
    const log = test.open('t', compacted)
    putMany(test, log, 300)
    const running = test.logs.compact('t', 0).then(
      () => 'done',
      () => 'ended'
    )
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    if (end === 'delete') test.logs.deleteLog('t', 0)
    else await test.stop()
    expect(await running).toBe('ended')
    if (end === 'stop') expect(test.restart().open('t', compacted).logEndOffset).toBe(300)
    expect(test.fileSystem.list('/data').some(({ name }) => name === 't-0')).toBe(end === 'stop')
  }
})

test('others run after every slice of two milliseconds', async () => {
  let nowMs = 0
  const turnsAt: number[] = []
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    setTimer(_, callback) {
      turnsAt.push(nowMs)
      setImmediate(callback)
      return { cancel() {} }
    }
  }
  const pace = new CompactionPace({ clock, bytesPerSecond: 1e308, isStopped: () => false })
  for (let step = 0; step < 80; step++) {
    nowMs += 0.5
    await pace.breathe()
  }
  expect(turnsAt).toEqual(Array.from({ length: 20 }, (_, index) => 2 * (index + 1)))
})

test('log.cleaner.io.max.bytes.per.second: it waits for what it took', async () => {
  const waits: number[] = []
  let nowMs = 0
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    setTimer(delayMs, callback) {
      waits.push(delayMs)
      nowMs += delayMs
      callback()
      return { cancel() {} }
    }
  }
  const pace = new CompactionPace({ clock, bytesPerSecond: 1000, isStopped: () => false })
  for (let index = 0; index < 100; index++) await pace.spend(100)
  expect(waits.length).toBeGreaterThan(10)
  expect(nowMs).toBeGreaterThanOrEqual(9700)
  expect(nowMs).toBeLessThanOrEqual(10_000)
})
