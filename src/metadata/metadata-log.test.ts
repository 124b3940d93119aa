import { beforeEach, expect, test } from 'vitest'
import type { Logger } from '../ports.ts'
import { baseOffset } from '../records/batch-header.ts'
import { MemoryFileSystem } from '../storage/file-system-memory.ts'
import { leaderChange } from './control-records.ts'
import { controlBatch, dataBatch } from './metadata-batch.ts'
import { MetadataLog } from './metadata-log.ts'
import { encodeRecord } from './metadata-records.ts'

const logger: Logger = { debug() {}, info() {}, warn() {}, error() {} }
const path = '/m'
const start = { offset: 0, epoch: 0 }
let fileSystem: MemoryFileSystem

beforeEach(() => {
  fileSystem = new MemoryFileSystem()
  fileSystem.makeDirectory(path)
})

function open(segmentBytes = 1_000_000) {
  const offsets: number[] = []
  const log = MetadataLog.open({ fileSystem, path, logger, segmentBytes }, start, (buffer, position) =>
    offsets.push(baseOffset(buffer, position))
  )
  return { log, offsets }
}

const batchAt = (offset: number, leaderEpoch = 1) =>
  dataBatch([encodeRecord('noOp', 0, {}), encodeRecord('noOp', 0, {})], {
    baseOffset: offset,
    leaderEpoch,
    timestampMs: 1
  })
const segments = () => fileSystem.list(path).map(({ name }) => name)

test('gives back every batch, and goes on after the last', () => {
  const { log } = open()
  log.append([batchAt(0), batchAt(2)])
  log.append([batchAt(4, 3)])
  log.close()
  const again = open()
  expect(again.offsets).toEqual([0, 2, 4])
  expect([again.log.endOffset, again.log.lastEpoch]).toEqual([6, 3])
  expect(() => again.log.append([batchAt(5)])).toThrow('batch at 5, log ends at 6')
})

test('begins a new segment when one is full', () => {
  const { log } = open(150)
  for (const offset of [0, 2, 4]) log.append([batchAt(offset)])
  log.close()
  expect(segments()).toEqual(['00000000000000000000.log', '00000000000000000002.log', '00000000000000000004.log'])
  const again = open(150)
  expect(again.offsets).toEqual([0, 2, 4])
  again.log.append([batchAt(6)])
  expect(open().offsets).toEqual([0, 2, 4, 6])
})

test('a torn segment that others follow stops the start', () => {
  const { log } = open(150)
  for (const offset of [0, 2, 4]) log.append([batchAt(offset)])
  fileSystem.open(`${path}/00000000000000000000.log`, 'write').truncate(50)
  expect(() => open()).toThrow('and a segment follows')
})

/** Three batches at the same distance, the middle one changed. */
function damageMiddle(change: (content: Buffer, start: number, end: number) => void, lastEpoch = 1): void {
  const { log } = open()
  log.append([batchAt(0)])
  const start = fileSystem.fileSize(`${path}/00000000000000000000.log`)
  log.append([batchAt(2)])
  const end = fileSystem.fileSize(`${path}/00000000000000000000.log`)
  if (lastEpoch === 1) log.append([batchAt(4)])
  else log.append([controlBatch([leaderChange(1)], { baseOffset: 4, leaderEpoch: lastEpoch, timestampMs: 1 })])
  const content = fileSystem.readFile(`${path}/00000000000000000000.log`)
  change(content, start, end)
  fileSystem.writeFile(`${path}/00000000000000000000.log`, content)
}

test('a batch that a power cut took while a later one was written ends the log: neither was ever confirmed', () => {
  damageMiddle((content, start, end) => content.fill(0, start, end))
  expect(open().offsets).toEqual([0])
})

test('a flipped bit in the middle stops the start', () => {
  damageMiddle((content, _start, end) => {
    content[end - 3] ^= 1
  })
  expect(() => open()).toThrow('and valid batches follow')
})

test('a hole that a later start had not seen stops the start', () => {
  damageMiddle((content, start, end) => content.fill(0, start, end), 2)
  expect(() => open()).toThrow('a later start had found it whole')
})

test('a missing segment stops the start', () => {
  const { log } = open(150)
  for (const offset of [0, 2, 4]) log.append([batchAt(offset)])
  fileSystem.removeFile(`${path}/00000000000000000002.log`)
  expect(() => open()).toThrow('the metadata log has no batch at offset 2')
})

test('waiting callers share syncs, and each waits for what it appended', async () => {
  let syncs = 0
  fileSystem.open = (name, mode) => {
    const file = MemoryFileSystem.prototype.open.call(fileSystem, name, mode)
    const sync = file.sync.bind(file)
    file.sync = () => sync().then(() => void syncs++)
    return file
  }
  const { log } = open()
  log.append([batchAt(0)])
  const first = log.flush()
  log.append([batchAt(2)])
  log.append([batchAt(4)])
  await Promise.all([first, log.flush(), log.flush()])
  expect(syncs).toBe(2)
  await log.flush()
  expect(syncs).toBe(2)
})

test('a failed sync ends the log: what the kernel dropped cannot be known', async () => {
  const { log } = open()
  log.append([batchAt(0)])
  fileSystem.fault = (operation) =>
    operation === 'sync' ? Object.assign(new Error('EIO'), { code: 'EIO' }) : undefined
  await expect(log.flush()).rejects.toThrow('EIO')
  fileSystem.fault = undefined
  expect(log.isFailed).toBe(true)
  expect(() => log.append([batchAt(2)])).toThrow('takes no more records')
})

test('what does not fit is taken back whole', () => {
  const { log } = open()
  log.append([batchAt(0)])
  fileSystem.freeBytes = 20
  expect(() => log.append([batchAt(2)])).toThrow(/ENOSPC/)
  fileSystem.freeBytes = Number.POSITIVE_INFINITY
  log.append([batchAt(2)])
  expect(open().offsets).toEqual([0, 2])
})
