import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { FileSystem } from '../ports.ts'
import { buildBatch } from '../records/build-batch.ts'
import { allRecords } from '../records/iterate.ts'
import { MemoryFileSystem } from './file-system-memory.ts'
import { nodeFileSystem } from './file-system-node.ts'
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

describe.each([
  ['in memory', () => ({ fileSystem: new MemoryFileSystem() as FileSystem, root: '/data' })],
  ['on disk', onDisk]
])('a log %s', (_, place) => {
  it('gives back what was appended, at its offsets', async () => {
    const test = new TestDirectory(place())
    const log = test.open('a')
    expect(log.append(values('one', 'two'), { origin: 'client' })).toMatchObject({ firstOffset: 0, lastOffset: 1 })
    expect(log.append(values('three'), { origin: 'client' })).toMatchObject({ firstOffset: 2, lastOffset: 2 })
    const { records, nextOffset } = log.read(0, { maxBytes: 1 << 20, minOneBatch: true })
    expect(Array.from(allRecords(records), (record) => [record.offset, String(record.value)])).toEqual([
      [0, 'one'],
      [1, 'two'],
      [2, 'three']
    ])
    expect(nextOffset).toBe(3)
    await test.stop()
    const again = test.restart().open('a')
    expect(again.logEndOffset).toBe(3)
    expect(Array.from(allRecords(again.read(2, { maxBytes: 100, minOneBatch: true }).records))).toHaveLength(1)
  })

  it('refuses an offset outside the log', () => {
    const log = new TestDirectory(place()).open('a')
    log.append(buildBatch({ records: [{ value: null }] }), { origin: 'client' })
    expect(() => log.read(2, { maxBytes: 100, minOneBatch: true })).toThrow(/up to 1/)
    expect(log.read(1, { maxBytes: 100, minOneBatch: true }).records).toHaveLength(0)
  })
})
