// The three indexes of a segment, in Apache Kafka's bytes.
import { expect, test } from 'vitest'
import { MemoryFileSystem } from './file-system-memory.ts'
import { OffsetIndex } from './offset-index.ts'
import { TimeIndex } from './time-index.ts'
import { TransactionIndex } from './transaction-index.ts'

const fileSystem = () => new MemoryFileSystem()
const hex = (disk: MemoryFileSystem, path: string) => disk.readFile(path).toString('hex')

test('an offset index has an entry of 8 bytes for each offset it was told of', () => {
  const disk = fileSystem()
  const index = new OffsetIndex(disk, '/i', 0, true)
  index.append(4, 0x10c8)
  index.append(8, 0x2190)
  index.file.write()
  expect(hex(disk, '/i')).toBe('00000004000010c80000000800002190')
})

test('a lookup gives the batch at or before the offset', () => {
  const index = new OffsetIndex(fileSystem(), '/i', 1000, true)
  for (const [offset, position] of [
    [1010, 500],
    [1020, 900],
    [1030, 1300]
  ])
    index.append(offset, position)
  expect([999, 1000, 1009, 1010, 1019, 1020, 1030, 5000].map((offset) => index.positionFor(offset))).toEqual([
    0, 0, 0, 500, 500, 900, 1300, 1300
  ])
  index.truncateTo(1020)
  expect(index.count).toBe(1)
})

test('an index that was written is read again when it is needed', () => {
  const disk = fileSystem()
  const index = new OffsetIndex(disk, '/i', 0, true)
  for (let entry = 1; entry <= 1000; entry++) index.append(entry * 10, entry * 100)
  index.file.write()
  index.file.unload()
  expect(index.positionFor(5005)).toBe(50000)
  const found = new OffsetIndex(disk, '/i', 0, false)
  expect([found.count, found.lastPosition]).toEqual([1000, 100000])
  found.append(10010, 100100)
  found.file.write()
  expect(new OffsetIndex(disk, '/i', 0, false).count).toBe(1001)
})

test('what a reset index had before does not come back', () => {
  const disk = fileSystem()
  disk.writeFile('/i', Buffer.alloc(10485760)) // as Apache Kafka leaves an active one behind
  const index = new OffsetIndex(disk, '/i', 0, false)
  index.file.reset()
  index.append(7, 70)
  index.file.write()
  expect(hex(disk, '/i')).toBe('0000000700000046')
})

test('entries are written behind in large pieces', () => {
  const disk = fileSystem()
  const index = new OffsetIndex(disk, '/i', 0, true)
  for (let entry = 1; entry < 8192; entry++) {
    index.append(entry, entry)
    index.file.writeBehind()
  }
  expect(disk.exists('/i')).toBe(false)
  index.append(8192, 8192)
  index.file.writeBehind()
  expect(disk.fileSize('/i')).toBe(64 * 1024)
})

test('a time index has an entry of 12 bytes for each greater timestamp', () => {
  const disk = fileSystem()
  const index = new TimeIndex(disk, '/t', 0, true)
  index.maybeAppend(0x1a1fbe65dd1, 4)
  index.maybeAppend(0x1a1fbe65dd1, 9)
  index.maybeAppend(5, 12)
  index.file.write()
  expect(hex(disk, '/t')).toBe('000001a1fbe65dd100000004')
})

test('a time lookup gives the offset that no record before can be later than', () => {
  const index = new TimeIndex(fileSystem(), '/t', 100, true)
  for (const [time, offset] of [
    [1000, 110],
    [2000, 120],
    [3000, 130]
  ])
    index.maybeAppend(time, offset)
  expect([999, 1000, 1999, 2000, 9999].map((time) => index.offsetFor(time))).toEqual([100, 110, 110, 120, 130])
  expect([index.lastTimestampMs, index.lastOffset]).toEqual([3000, 130])
  index.truncateTo(121)
  expect(index.lastTimestampMs).toBe(2000)
})

test('a transaction index has an entry of 34 bytes for each aborted transaction', () => {
  const disk = fileSystem()
  const index = new TransactionIndex(disk, '/x', 0, true)
  expect(disk.exists('/x')).toBe(false)
  index.append({ producerId: 2, firstOffset: 4, lastOffset: 6, lastStableOffset: 7 })
  expect(hex(disk, '/x')).toBe('00000000000000000002000000000000000400000000000000060000000000000007')
  expect(new TransactionIndex(disk, '/x', 0, false).entries).toEqual(index.entries)
  expect(new TransactionIndex(disk, '/x', 0, false).isSane()).toBe(true)
  expect(new TransactionIndex(disk, '/x', 7, false).isSane()).toBe(false)
})

test('a reader is told of the aborted transactions that touch what it reads', () => {
  const index = new TransactionIndex(fileSystem(), '/x', 0, true)
  index.append({ producerId: 1, firstOffset: 0, lastOffset: 10, lastStableOffset: 5 })
  index.append({ producerId: 2, firstOffset: 5, lastOffset: 20, lastStableOffset: 21 })
  const collect = (from: number, to: number) => {
    const found: { producerId: number }[] = []
    const isComplete = index.collect(from, to, found as never)
    return [isComplete, ...found.map(({ producerId }) => producerId)]
  }
  expect(collect(0, 4)).toEqual([true, 1])
  expect(collect(0, 6)).toEqual([true, 1, 2])
  expect(collect(11, 15)).toEqual([true, 2])
  expect(collect(21, 30)).toEqual([false])
})
