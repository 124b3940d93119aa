// Every file of a data directory is removed, emptied, cut, overwritten or zeroed, after a clean stop and after a kill. The
// outcome is what the table says: the log as it was, a part of it, or one clear refusal. Never a stack trace of ours, never
// other records than were written.
import { describe, expect, test } from 'vitest'
import { buildBatch } from '../records/build-batch.ts'
import { buildEndTransactionMarker } from '../records/control-record.ts'
import { allRecords } from '../records/iterate.ts'
import { MalformedCheckpointError } from './checkpoint-file.ts'
import { LogDirectoryError } from './directory-identity.ts'
import { MemoryFileSystem } from './file-system-memory.ts'
import type { Log } from './log.ts'
import { SeededRandom, TestDirectory } from './testing/test-directory.ts'

const overrides = { segmentBytes: 900, indexIntervalBytes: 200 }
const RECORDS = 30

function fill(log: Log): void {
  log.assignLeaderEpoch(1)
  let sequence = 0
  for (let offset = 0; offset < RECORDS; offset++) {
    if (offset === 15) log.assignLeaderEpoch(2)
    const records = [{ value: Buffer.from(`value ${offset} `.repeat(6)) }]
    const timestampMs = 1_700_000_000_000 + offset
    if (offset % 5 === 4) {
      const marker = { type: 'ABORT', producerId: 8, producerEpoch: offset, coordinatorEpoch: 0, timestampMs } as const
      log.append(buildEndTransactionMarker(marker), { origin: 'coordinator', transactionVersion: 2 })
    } else if (offset % 5 === 3) {
      const producer = { producerId: 8, producerEpoch: offset, baseSequence: 0, transactional: true }
      log.append(buildBatch({ records, timestampMs, ...producer }), { origin: 'client' })
    } else {
      const producer = { producerId: 7, producerEpoch: 0, baseSequence: sequence++ }
      log.append(buildBatch({ records, timestampMs, ...producer }), { origin: 'client' })
    }
  }
}

async function prepared(isClean: boolean): Promise<{ test: TestDirectory; disk: MemoryFileSystem }> {
  const disk = new MemoryFileSystem()
  const test = new TestDirectory({ fileSystem: disk, root: '/data' })
  fill(test.open('t', overrides))
  if (isClean) await test.stop()
  test.logs.release()
  return { test, disk }
}

const damages: Record<string, (disk: MemoryFileSystem, path: string, random: SeededRandom) => void> = {
  removed: (disk, path) => disk.removeFile(path),
  emptied: (disk, path) => disk.writeFile(path, ''),
  cut: (disk, path) => disk.writeFile(path, disk.readFile(path).subarray(0, Math.floor(disk.fileSize(path) / 2))),
  zeroed: (disk, path) => disk.writeFile(path, Buffer.alloc(disk.fileSize(path))),
  overwritten: (disk, path, random) => disk.writeFile(path, random.bytes(disk.fileSize(path)))
}

/** Files that hold nothing that cannot be found in others. */
const REBUILT_WHEN_KILLED =
  /\.(index|timeindex|txnindex|snapshot)$|leader-epoch-checkpoint|recovery-point|replication-offset|cleanshutdown/
const expectedRefusals = [MalformedCheckpointError, LogDirectoryError]

/** undefined when the start was refused in one line. */
function restarted(test: TestDirectory): Log | undefined {
  try {
    return test.restart().open('t', overrides)
  } catch (error) {
    expect(
      expectedRefusals.some((expected) => error instanceof expected),
      String(error)
    ).toBe(true)
    expect((error as Error).message).not.toContain('\n')
    return undefined
  }
}

/** Every record that can be read is the one that was written there; how many can. */
function readable(log: Log): number {
  let count = 0
  for (let next = log.logStartOffset; next < log.logEndOffset; ) {
    let result: { records: Buffer; nextOffset: number }
    try {
      result = log.read(next, { maxBytes: 500, minOneBatch: true })
      for (const record of allRecords(result.records)) {
        if (record.value !== null && record.offset % 5 !== 4) {
          expect(String(record.value)).toBe(`value ${record.offset} `.repeat(6))
        }
        count++
      }
    } catch (error) {
      expect(error).toHaveProperty('errorName')
      return count
    }
    if (result.nextOffset === next) return count
    next = result.nextOffset
  }
  return count
}

describe.each([
  ['after a clean stop', true],
  ['after a kill', false]
])('%s', (_, isClean) => {
  test.each(Object.keys(damages))('any file may be %s', async (damage) => {
    const { disk: sample } = await prepared(isClean)
    const files = ['/data', '/data/t-0'].flatMap((directory) =>
      sample.list(directory).flatMap(({ name, isDirectory }) => (isDirectory ? [] : [`${directory}/${name}`]))
    )
    expect(files.length).toBeGreaterThan(isClean ? 20 : 12)
    for (const path of files) {
      const { test, disk } = await prepared(isClean)
      damages[damage](disk, path, new SeededRandom(5))
      const log = restarted(test)
      if (log === undefined) continue
      const count = readable(log)
      if (!isClean && REBUILT_WHEN_KILLED.test(path)) {
        expect(`${path}: ${count}`).toBe(`${path}: ${RECORDS}`)
        expect(log.abortedTransactions(0, RECORDS)).toHaveLength(RECORDS / 5)
        expect(log.epochEndOffset(1).endOffset).toBe(15)
      }
      log.append(buildBatch({ records: [{ value: Buffer.from('more') }] }), { origin: 'client' })
    }
  })
})

test('a torn tail is cut at the first bad batch, at any byte', async () => {
  for (let lost = 1; lost < 160; lost += 3) {
    const { test, disk } = await prepared(false)
    const last = disk
      .list('/data/t-0')
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1)
    const path = `/data/t-0/${last}`
    const size = disk.fileSize(path)
    disk.writeFile(path, disk.readFile(path).subarray(0, Math.max(0, size - lost)))
    const log = test.restart().open('t', overrides)
    expect(log.logEndOffset).toBeGreaterThan(RECORDS - 5)
    expect(log.logEndOffset).toBeLessThan(RECORDS)
    expect(readable(log)).toBe(log.logEndOffset)
    expect(test.logger.lines.some((line) => line.includes('bytes'))).toBe(true)
  }
})

test('what a crash left of other work is cleared away', async () => {
  const { test, disk } = await prepared(false)
  disk.writeFile('/data/t-0/00000000000000000003.log.deleted', 'x')
  disk.writeFile('/data/t-0/00000000000000000003.log.cleaned', 'x')
  disk.writeFile('/data/t-0/00000000000000000099.timeindex', 'x')
  disk.writeFile('/data/t-0/leader-epoch-checkpoint.tmp', '0\n')
  expect(readable(test.restart().open('t', overrides))).toBe(RECORDS)
  const names = disk.list('/data/t-0').map(({ name }) => name)
  expect(names.filter((name) => /deleted|cleaned|0099/.test(name))).toEqual([])
})

test('a finished swap takes its place', async () => {
  const { test, disk } = await prepared(false)
  const names = disk.list('/data/t-0').map(({ name }) => name)
  const bases = names
    .filter((name) => name.endsWith('.log'))
    .map((name) => Number.parseInt(name, 10))
    .sort((a, b) => a - b)
  const [first, second] = bases.map((base) => `/data/t-0/${String(base).padStart(20, '0')}`)
  // Compaction merged the first two segments into one under the first one's name, and stopped before it renamed it.
  disk.writeFile(`${first}.log.swap`, Buffer.concat([disk.readFile(`${first}.log`), disk.readFile(`${second}.log`)]))
  const log = test.restart().open('t', overrides)
  expect(readable(log)).toBe(RECORDS)
  expect(log.segments.map(({ baseOffset }) => baseOffset)).toEqual(bases.filter((base) => base !== bases[1]))
})

test('a foreign log file is named', async () => {
  const { test, disk } = await prepared(true)
  disk.writeFile('/data/t-0/notes.log', 'x')
  expect(() => test.restart().open('t', overrides)).toThrow(/notes\.log is not a file of a log: move it away/)
})

test('a metadata log that is damaged in the middle stops the start', async () => {
  const disk = new MemoryFileSystem()
  const test = new TestDirectory({ fileSystem: disk, root: '/data' })
  const open = () => test.open('__cluster_metadata')
  const log = open()
  const append = (text: string) =>
    log.append(buildBatch({ records: [{ value: Buffer.from(text) }] }), { origin: 'raft' })
  log.assignLeaderEpoch(1)
  append('one')
  append('two')
  log.assignLeaderEpoch(2)
  append('three')
  const path = '/data/__cluster_metadata-0/00000000000000000000.log'
  const good = disk.readFile(path)
  const flip = (at: number) => {
    const bad = Buffer.from(good)
    bad[at] ^= 1
    disk.writeFile(path, bad)
  }
  flip(70) // read whole by the start that began epoch 2: it was on the disk
  expect(() => {
    test.restart()
    open()
  }).toThrow(/damaged at byte 0.*restore the file/)
  flip(good.length - 5) // the tail may be torn
  test.restart()
  expect(open().logEndOffset).toBe(2)
})
