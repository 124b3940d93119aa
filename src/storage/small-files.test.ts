// The small files of a data directory, in Apache Kafka's bytes; and what becomes of malformed ones.
import { expect, test } from 'vitest'
import { MalformedCheckpointError } from './checkpoint-file.ts'
import { MemoryFileSystem } from './file-system-memory.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { formatMetaProperties, parseMetaProperties, randomId } from './meta-properties.ts'
import { formatOffsetCheckpoint, readOffsetCheckpoint } from './offset-checkpoint.ts'
import { formatPartitionMetadata, parsePartitionMetadata } from './partition-metadata.ts'
import { SeededRandom, topicId } from './testing/test-directory.ts'

function fileSystemWith(path: string, content: string): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem()
  fileSystem.writeFile(path, content)
  return fileSystem
}

test('an offset checkpoint has a line for each partition', () => {
  const text = formatOffsetCheckpoint([
    { topic: 'greetings', partition: 0, offset: 5 },
    { topic: 'a-b', partition: 12, offset: 0 }
  ])
  expect(text).toBe('0\n2\ngreetings 0 5\na-b 12 0\n')
  const read = readOffsetCheckpoint(fileSystemWith('/c', text), '/c')
  expect(Object.fromEntries(read)).toEqual({ 'greetings-0': 5, 'a-b-12': 0 })
})

test('an absent or empty checkpoint says nothing', () => {
  expect(readOffsetCheckpoint(new MemoryFileSystem(), '/c').size).toBe(0)
  expect(readOffsetCheckpoint(fileSystemWith('/c', ''), '/c').size).toBe(0)
})

test.each(['1\n0\n', '0\n', '0\nx\n', '0\n2\na 0 5\n', '0\n1\na 0 5\nb 0 5\n', '0\n1\na 0\n', '0\n1\na x 5\n', 'junk'])(
  'the malformed checkpoint %j is an error',
  (text) => {
    expect(() => readOffsetCheckpoint(fileSystemWith('/c', text), '/c')).toThrow(MalformedCheckpointError)
  }
)

function epochsOf(...entries: [number, number][]): LeaderEpochs {
  const epochs = new LeaderEpochs()
  for (const [epoch, startOffset] of entries) epochs.assign(epoch, startOffset)
  return epochs
}

const pairs = (epochs: LeaderEpochs) => epochs.entries.map(({ epoch, startOffset }) => [epoch, startOffset])

test('leader epochs are written and read as lines', () => {
  const fileSystem = new MemoryFileSystem()
  const epochs = epochsOf([0, 0], [3, 17])
  expect(epochs.writeIfDirty(fileSystem, '/e')).toBe(true)
  expect(epochs.writeIfDirty(fileSystem, '/e')).toBe(false)
  expect(fileSystem.readFile('/e').toString()).toBe('0\n2\n0 0\n3 17\n')
  expect(pairs(LeaderEpochs.load(fileSystem, '/e'))).toEqual([
    [0, 0],
    [3, 17]
  ])
})

test('a new epoch removes those it contradicts', () => {
  expect(pairs(epochsOf([1, 0], [2, 10], [3, 10]))).toEqual([
    [1, 0],
    [3, 10]
  ])
  expect(pairs(epochsOf([1, 0], [5, 10], [3, 20]))).toEqual([
    [1, 0],
    [3, 20]
  ])
  expect(pairs(epochsOf([1, 0], [2, 10], [2, 15]))).toEqual([
    [1, 0],
    [2, 10]
  ])
})

test('epochs follow the log when either of its ends moves', () => {
  const epochs = epochsOf([1, 0], [2, 10], [4, 20])
  epochs.truncateFromEnd(20)
  expect(pairs(epochs)).toEqual([
    [1, 0],
    [2, 10]
  ])
  epochs.truncateFromStart(15)
  expect(pairs(epochs)).toEqual([[2, 15]])
})

test('the end of an epoch is where the next one starts', () => {
  const epochs = epochsOf([2, 5], [4, 20], [6, 30])
  const end = (epoch: number) => Object.values(epochs.endOffsetFor(epoch, 40))
  expect(end(6)).toEqual([6, 40])
  expect(end(5)).toEqual([4, 30])
  expect(end(2)).toEqual([2, 20])
  expect(end(1)).toEqual([1, 5])
  expect(end(7)).toEqual([-1, -1])
  expect(end(-1)).toEqual([-1, -1])
  expect([4, 5, 19, 20, 99].map((offset) => epochs.epochOf(offset))).toEqual([undefined, 2, 2, 4, 6])
})

test('partition metadata names the topic id, without a final newline', () => {
  expect(formatPartitionMetadata(topicId)).toBe(`version: 0\ntopic_id: ${topicId}`)
  expect(parsePartitionMetadata(formatPartitionMetadata(topicId))).toBe(topicId)
  for (const text of ['', 'version: 0', 'version: 1\ntopic_id: x', `version: 0\ntopic_id: ${topicId}x`]) {
    expect(parsePartitionMetadata(text)).toBeUndefined()
  }
})

test('meta.properties is read in both versions', () => {
  const text = formatMetaProperties({ version: 1, clusterId: 'C', directoryId: 'D', nodeId: 3 })
  expect(parseMetaProperties(text)).toEqual({ version: 1, clusterId: 'C', directoryId: 'D', nodeId: 3 })
  const old = '#Mon Jan 01\nbroker.id=2\nversion=0\ncluster.id=abc\n'
  expect(parseMetaProperties(old)).toEqual({ version: 0, clusterId: 'abc', nodeId: 2, directoryId: undefined })
  for (const bad of ['', 'version=1\n', 'version=2\ncluster.id=x\n', 'version=1\ncluster.id=x\nnode.id=y\n']) {
    expect(parseMetaProperties(bad)).toBeUndefined()
  }
})

test('random ids look like those of Apache Kafka', () => {
  const random = new SeededRandom(4)
  for (let count = 0; count < 300; count++) expect(randomId(random)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
})
