import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ErrorCode } from '../error-codes.ts'
import { buildBatch } from '../records/build-batch.ts'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

let test: TestBroker

beforeEach(() => {
  test = startTestBroker()
})
afterEach(() => test.close())

const batch = () => buildBatch({ records: [{ value: Buffer.from('v') }], timestampMs: test.clock.nowMs() })
const append = (topic: string, index = 0) =>
  test.broker.partitions.get(topic, index)!.append(batch(), { origin: 'client' })

async function restart() {
  await test.close()
  test = startTestBroker({ fileSystem: test.fileSystem, clock: test.clock })
}

async function kill() {
  test.fileSystem.kill()
  test = startTestBroker({ fileSystem: test.fileSystem, clock: test.clock })
}

describe('Partitions', () => {
  it('follow the metadata log: created, grown, deleted, created again', () => {
    const firstId = test.createTopic('t', 2)
    expect(test.broker.partitions.topicById(firstId)!.name).toBe('t')
    append('t')
    test.broker.metadata.createPartitions([{ name: 't', count: 3, assignments: null }], { validateOnly: false })
    expect(test.broker.partitions.get('t', 2)!.highWatermark).toBe(0)
    expect(test.broker.partitions.get('t', 0)!.highWatermark).toBe(1)
    const deleted = test.broker.partitions.get('t', 0)!
    test.deleteTopic('t')
    expect(deleted.isDeleted).toBe(true)
    expect(test.broker.partitions.get('t', 0)).toBeUndefined()
    expect(test.broker.partitions.topicById(firstId)).toBeUndefined()
    const secondId = test.createTopic('t', 1)
    expect(secondId).not.toBe(firstId)
    expect(test.broker.partitions.getById(secondId, 0)!.highWatermark).toBe(0)
  })

  it('come back after a restart, with their records', async () => {
    const topicId = test.createTopic('t', 2)
    append('t')
    append('t')
    append('t', 1)
    await restart()
    expect(test.broker.partitions.topic('t')!.topicId).toBe(topicId)
    expect(test.broker.partitions.get('t', 0)!.highWatermark).toBe(2)
    expect(test.broker.partitions.get('t', 1)!.highWatermark).toBe(1)
    expect(append('t').firstOffset).toBe(2)
  })

  it('are not taken for the deleted ones of the same name when the process dies', async () => {
    test.createTopic('t')
    for (let count = 0; count < 5; count++) append('t')
    test.broker.partitions.get('t', 0)!.deleteRecordsBefore(4)
    await restart() // the checkpoints now say where the log starts
    test.deleteTopic('t')
    test.createTopic('t')
    append('t')
    await kill()
    const { log } = test.broker.partitions.get('t', 0)!
    expect([log.logStartOffset, log.logEndOffset]).toEqual([0, 1])
  })

  it('are not taken for the deleted ones either when the disk had no room for the new ones', async () => {
    test.createTopic('t')
    for (let count = 0; count < 5; count++) append('t')
    test.broker.partitions.get('t', 0)!.deleteRecordsBefore(4)
    await restart()
    test.deleteTopic('t')
    test.fileSystem.fault = (operation, path) =>
      operation === 'open' && path.includes('/t-0/partition')
        ? Object.assign(new Error('full'), { code: 'ENOSPC' })
        : undefined
    test.createTopic('t')
    test.fileSystem.fault = undefined
    test.clock.advance(400_000)
    for (let turn = 0; turn < 60; turn++) await Promise.resolve()
    await kill()
    expect(test.broker.partitions.get('t', 0)!.log.logStartOffset).toBe(0)
  })

  it('are taken back when a power cut took the record of their deletion', async () => {
    test.createTopic('t')
    append('t')
    const { fileSystem } = test
    await kill()
    await test.close()
    fileSystem.rename('/data/t-0', `/data/t-0.${'0'.repeat(32)}-delete`)
    test = startTestBroker({ fileSystem, clock: test.clock })
    expect(test.broker.partitions.get('t', 0)!.highWatermark).toBe(1)
  })

  it('that belong to no topic are set aside, or removed when they are empty', async () => {
    test.createTopic('t')
    append('t')
    const { fileSystem } = test
    await test.close()
    fileSystem.makeDirectory('/data/empty-0')
    fileSystem.makeDirectory('/data/lost-0')
    fileSystem.writeFile(
      '/data/lost-0/00000000000000000000.log',
      fileSystem.readFile('/data/t-0/00000000000000000000.log')
    )
    test = startTestBroker({ fileSystem, clock: test.clock })
    test.clock.advance(1)
    const names = fileSystem.list('/data').map(({ name }) => name)
    expect(names.filter((name) => /^(empty|lost|t)-/.test(name)).map((name) => name.replace(/\w{32}/, 'id'))).toEqual([
      't-0',
      'lost-0.id-stray'
    ])
  })

  it('for which the disk had no room are opened when there is some', () => {
    const { fileSystem, clock } = test
    fileSystem.fault = (operation, path) =>
      operation === 'open' && path.includes('/t-1') ? Object.assign(new Error('full'), { code: 'ENOSPC' }) : undefined
    test.createTopic('t', 2)
    expect(test.broker.partitions.get('t', 1)).toBeUndefined()
    expect(test.broker.partitions.whyMissing('t', 1)).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    fileSystem.fault = undefined
    clock.advance(1000)
    test.broker.partitions.whyMissing('t', 1)
    expect(append('t', 1).firstOffset).toBe(0)
  })

  it('do not come back once deleted', async () => {
    test.createTopic('t')
    append('t')
    test.deleteTopic('t')
    await restart()
    expect(test.broker.partitions.get('t', 0)).toBeUndefined()
    test.createTopic('t')
    expect(append('t').firstOffset).toBe(0)
  })

  it('take a changed configuration of the topic and of the broker', () => {
    test.createTopic('t')
    const { log } = test.broker.partitions.get('t', 0)!
    const set = (type: number, name: string, key: string, value: string) => {
      const change = { resourceType: type, resourceName: name, operations: [{ name: key, operation: 0, value }] }
      const [outcome] = test.broker.metadata.incrementalAlterConfigs([change], { validateOnly: false })
      expect(outcome.error).toBeUndefined()
    }
    set(2, 't', 'max.message.bytes', '1234')
    expect(log.config.maxMessageBytes).toBe(1234)
    set(4, '', 'log.retention.ms', '5678')
    expect(log.config.retentionMs).toBe(5678)
    expect(log.config.maxMessageBytes).toBe(1234)
  })

  it('answer KAFKA_STORAGE_ERROR for a log that cannot be opened, and the others go on', () => {
    test.fileSystem.fault = (operation, path) =>
      path.includes('bad-1') ? Object.assign(new Error(`EIO: ${operation}`), { code: 'EIO' }) : undefined
    test.createTopic('bad', 3)
    append('bad', 0)
    const { partitions } = test.broker
    const answer = () => {
      try {
        append('bad', 1)
        return ErrorCode.NONE
      } catch {
        return partitions.get('bad', 1) === undefined ? partitions.whyMissing('bad', 1) : ErrorCode.KAFKA_STORAGE_ERROR
      }
    }
    expect(answer()).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect(partitions.whyMissing('bad', 7)).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(append('bad', 2).firstOffset).toBe(0)
  })
})
