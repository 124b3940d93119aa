import { describe, expect, test } from 'vitest'
import { DirectoryInUseError } from '../ports.ts'
import { buildBatch } from '../records/build-batch.ts'
import { MemoryFileSystem } from './file-system-memory.ts'
import { LogDirectory } from './log-directory.ts'
import { TestDirectory, topicId, values } from './testing/test-directory.ts'

const otherTopicId = 'AbH1_9GTRviDp8UwUJTcOQ'

function start(brokerConfig: Record<string, string> = {}): TestDirectory {
  return new TestDirectory({ fileSystem: new MemoryFileSystem(), root: '/data' }, brokerConfig)
}

const namesIn = (test: TestDirectory, path: string) =>
  test.fileSystem
    .list(path)
    .map(({ name }) => name)
    .sort()

const text = (test: TestDirectory, name: string) => test.fileSystem.readFile(`/data/${name}`).toString()

/** Lets background promises run. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

describe('whose directory it is', () => {
  test('is written once and stays', async () => {
    const test = start()
    const { clusterId, directoryId } = test.logs
    expect(clusterId).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(text(test, 'meta.properties')).toContain(
      `cluster.id=${clusterId}\ndirectory.id=${directoryId}\nnode.id=1\nversion=1`
    )
    await test.stop()
    test.restart()
    expect([test.logs.clusterId, test.logs.directoryId]).toEqual([clusterId, directoryId])
  })

  test.each<[string, string, RegExp]>([
    ['another node', 'version=1\ncluster.id=c\nnode.id=2\n', /node\.id=2.*set node\.id/],
    ['nobody', 'junk', /cannot be understood/]
  ])('%s is refused', (_, content, message) => {
    const test = start()
    test.fileSystem.writeFile('/data/meta.properties', content)
    expect(() => test.restart()).toThrow(message)
  })

  test('cannot be told without meta.properties', () => {
    const test = start()
    test.open('t')
    test.fileSystem.removeFile('/data/meta.properties')
    expect(() => test.restart()).toThrow(/no meta\.properties/)
  })

  test('is completed with a directory id', () => {
    const test = start()
    test.fileSystem.writeFile('/data/meta.properties', 'version=1\ncluster.id=c\nnode.id=1\n')
    test.restart()
    expect(text(test, 'meta.properties')).toContain(`directory.id=${test.logs.directoryId}`)
  })

  test('and of which cluster', () => {
    const { fileSystem, clock, random, logger, config, logs } = start()
    logs.release()
    const options = { path: '/data', fileSystem, clock, random, logger, config, nodeId: 1 }
    expect(() => LogDirectory.open({ ...options, clusterId: 'another' })).toThrow(/belongs to cluster/)
    LogDirectory.open({ ...options, clusterId: logs.clusterId }).release()
  })

  test('directories that are no partitions are refused', () => {
    for (const name of ['foo', 'foo-bar', 'lost+found']) {
      const test = start()
      test.fileSystem.makeDirectory(`/data/${name}`)
      expect(() => test.restart()).toThrow(/move it away/)
    }
  })
})

test('one broker has it at a time', () => {
  const test = start()
  const { fileSystem, clock, random, logger, config } = test
  const options = { path: '/data', fileSystem, clock, random, logger, config, nodeId: 1 }
  expect(() => LogDirectory.open(options)).toThrow(DirectoryInUseError)
  test.logs.release()
  LogDirectory.open(options).release()
})

describe('a clean stop', () => {
  test('leaves what Apache Kafka leaves', async () => {
    const test = start()
    const log = test.open('greetings')
    log.assignLeaderEpoch(0)
    log.append(values('hello'), { origin: 'client' })
    test.open('empty')
    await test.stop()
    expect(namesIn(test, '/data')).toEqual([
      '.kafka_cleanshutdown',
      'empty-0',
      'greetings-0',
      'log-start-offset-checkpoint',
      'meta.properties',
      'recovery-point-offset-checkpoint',
      'replication-offset-checkpoint'
    ])
    expect(namesIn(test, '/data/greetings-0')).toEqual([
      '00000000000000000000.index',
      '00000000000000000000.log',
      '00000000000000000000.timeindex',
      'leader-epoch-checkpoint',
      'partition.metadata'
    ])
    expect(namesIn(test, '/data/empty-0')).toEqual(['partition.metadata'])
    expect(text(test, '.kafka_cleanshutdown')).toBe('{"version":0,"brokerEpoch":7}')
    expect(text(test, 'recovery-point-offset-checkpoint')).toBe('0\n2\ngreetings 0 1\nempty 0 0\n')
    expect(text(test, 'replication-offset-checkpoint')).toBe('0\n2\ngreetings 0 1\nempty 0 0\n')
    expect(text(test, 'log-start-offset-checkpoint')).toBe('0\n0\n')
  })

  test('is known to the next start, once', async () => {
    const test = start()
    expect(test.logs.wasCleanShutdown).toBe(false)
    await test.stop()
    expect(test.restart().logs.wasCleanShutdown).toBe(true)
    expect(test.restart().logs.wasCleanShutdown).toBe(false)
  })

  test('is still known after a start that was refused before it opened a log', async () => {
    const test = start()
    await test.stop()
    test.restart().logs.abandon()
    expect(test.restart().logs.wasCleanShutdown).toBe(true)
  })

  test('with a failed log is none', async () => {
    const fileSystem = new MemoryFileSystem()
    const test = new TestDirectory({ fileSystem, root: '/data' })
    const log = test.open('t')
    fileSystem.fault = (operation) =>
      operation === 'write' ? Object.assign(new Error('x'), { code: 'EIO' }) : undefined
    expect(() => log.append(values('x'), { origin: 'client' })).toThrow()
    fileSystem.fault = undefined
    await test.stop()
    expect(test.restart().logs.wasCleanShutdown).toBe(false)
  })

  test('writes nothing for a log that nobody touched', async () => {
    const test = start()
    test.open('t').append(values('x'), { origin: 'client' })
    await test.stop()
    test.restart().open('t')
    const writes: string[] = []
    const fileSystem = test.fileSystem as MemoryFileSystem
    fileSystem.fault = (operation, path) => {
      if (operation === 'write' && path.includes('t-0')) writes.push(path)
      return undefined
    }
    await test.stop()
    expect(writes).toEqual([])
  })
})

describe('a partition directory', () => {
  test('carries the topic id, shared by the partitions of a topic', () => {
    const test = start()
    test.open('t', {}, 0)
    test.open('t', {}, 1)
    for (const name of ['t-0', 't-1'])
      expect(text(test, `${name}/partition.metadata`)).toBe(`version: 0\ntopic_id: ${topicId}`)
  })

  test('of an older topic with the same name is set aside with its data', async () => {
    const test = start()
    const log = test.open('t')
    log.append(values('old'), { origin: 'client' })
    await test.stop()
    test.restart()
    const fresh = test.logs.openLog({ topic: 't', partition: 0, topicId: otherTopicId, config: log.config })
    expect(fresh.logEndOffset).toBe(0)
    const stray = namesIn(test, '/data').find((name) => name.endsWith('-stray'))
    expect(stray).toMatch(/^t-0\.[0-9a-f]{32}-stray$/)
    expect(namesIn(test, `/data/${stray}`)).toContain('00000000000000000000.log')
    expect(text(test, 't-0/partition.metadata')).toContain(otherTopicId)
  })

  test('whose topic id was lost is kept when it can be no other', () => {
    const test = start()
    test.open('t').append(values('x'), { origin: 'client' })
    test.fileSystem.writeFile('/data/t-0/partition.metadata', '')
    expect(test.restart().open('t').logEndOffset).toBe(1)
    expect(text(test, 't-0/partition.metadata')).toContain(topicId)
  })

  test('without a topic id and with data is set aside', () => {
    const test = start()
    test.open('t').append(values('x'), { origin: 'client' })
    test.fileSystem.removeFile('/data/t-0/partition.metadata')
    expect(test.restart().open('t').logEndOffset).toBe(0)
    expect(namesIn(test, '/data').some((name) => name.endsWith('-stray'))).toBe(true)
  })

  test('of a deleted topic frees its name at once and goes later', () => {
    const test = start()
    const log = test.open('t', { fileDeleteDelayMs: 5000 })
    log.append(values('x'), { origin: 'client' })
    test.logs.deleteLog('t', 0)
    expect(() => log.append(values('y'), { origin: 'client' })).toThrow(/closed/)
    expect(test.logs.log('t', 0)).toBeUndefined()
    expect(test.open('t').logEndOffset).toBe(0)
    expect(namesIn(test, '/data').filter((name) => name.endsWith('-delete'))).toHaveLength(1)
    test.clock.advance(5100)
    expect(namesIn(test, '/data').filter((name) => name.endsWith('-delete'))).toEqual([])
  })

  test('that waited for its removal when the broker stopped goes after the next start', async () => {
    const test = start({ 'log.segment.delete.delay.ms': '1000' })
    test.open('t')
    test.logs.deleteLog('t', 0)
    await test.stop()
    test.restart()
    test.clock.advance(1100)
    expect(namesIn(test, '/data').filter((name) => name.endsWith('-delete'))).toEqual([])
  })

  test('with a long name is shortened where it has to be', () => {
    const test = start()
    const topic = 'x'.repeat(249)
    test.open(topic)
    test.logs.deleteLog(topic, 0)
    const [aside] = namesIn(test, '/data').filter((name) => name.endsWith('-delete'))
    expect(aside).toHaveLength(255)
  })
})

describe('in the background', () => {
  test('checkpoints are written as Apache Kafka writes them', async () => {
    const test = start()
    test.logs.start()
    const log = test.open('t')
    log.append(values('a', 'b'), { origin: 'client' })
    log.deleteRecordsBefore(1)
    test.clock.advance(5000)
    await settle()
    expect(text(test, 'replication-offset-checkpoint')).toBe('0\n1\nt 0 2\n')
    expect(namesIn(test, '/data')).not.toContain('log-start-offset-checkpoint')
    await log.flush()
    test.clock.advance(30_000)
    await settle()
    expect(text(test, 'log-start-offset-checkpoint')).toBe('0\n1\nt 0 1\n')
    expect(text(test, 'recovery-point-offset-checkpoint')).toBe('0\n1\nt 0 2\n')
    const killed = test.restart().open('t')
    expect([killed.logStartOffset, killed.logEndOffset]).toEqual([1, 2])
  })

  test('retention runs', () => {
    const test = start()
    test.logs.start()
    const log = test.open('t', { retentionMs: 60_000 })
    log.append(buildBatch({ records: [{ value: null }], timestampMs: test.clock.nowMs() }), { origin: 'client' })
    test.clock.advance(31_000)
    expect(log.logStartOffset).toBe(0)
    test.clock.advance(300_000)
    expect(log.logStartOffset).toBe(1)
  })

  test('what is overdue is flushed', async () => {
    const test = start({ 'log.flush.scheduler.interval.ms': '100' })
    test.logs.start()
    const log = test.open('t', { flushMs: 1000 })
    log.append(values('x'), { origin: 'client' })
    test.clock.advance(30_000)
    await settle()
    expect(log.recoveryPoint).toBe(1)
  })

  test('much that was written is brought to the disk early', async () => {
    const log = start().open('t', { maxMessageBytes: 1 << 25 })
    for (let count = 0; count < 4; count++) {
      log.append(buildBatch({ records: [{ value: Buffer.alloc(20_000_000, count) }] }), { origin: 'client' })
    }
    await settle()
    expect(log.recoveryPoint).toBe(4)
  })
})

test('only what the recovery point does not cover is read again', async () => {
  const fileSystem = new MemoryFileSystem()
  const test = new TestDirectory({ fileSystem, root: '/data' })
  test.logs.start()
  const log = test.open('t', { segmentBytes: 400 })
  for (let count = 0; count < 30; count++) log.append(values('x'.repeat(50)), { origin: 'client' })
  await log.flush()
  test.clock.advance(35_000)
  await settle()
  log.append(values('last'), { origin: 'client' })
  await settle()
  const reads = new Set<string>()
  fileSystem.fault = (operation, path) => {
    if (operation === 'read' && path.endsWith('.log')) reads.add(path)
    return undefined
  }
  expect(test.restart().open('t', { segmentBytes: 400 }).logEndOffset).toBe(31)
  expect(reads.size).toBe(1)
})
