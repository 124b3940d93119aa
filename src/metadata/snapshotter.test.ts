import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { MemoryFileSystem } from '../storage/file-system-memory.ts'
import { ImageState } from './cluster-image.ts'
import { decodeRecord, encodeRecord } from './metadata-records.ts'
import { Replay } from './replay.ts'
import { ResourceType } from './resource-type.ts'
import { snapshotRecords } from './snapshot-records.ts'
import { create, METADATA_PATH, openController, topicsOf } from './testing/test-controller.ts'

let fileSystem: MemoryFileSystem
beforeEach(() => {
  fileSystem = new MemoryFileSystem()
})

function replayed(values: readonly Buffer[]): ImageState {
  const state = new ImageState()
  const replay = new Replay(state)
  for (const value of values) replay.apply(decodeRecord(value))
  return state
}

const uuid = (text: string) => Buffer.from(text.padEnd(16, '-')).toString('base64url')

describe('the records of an image', () => {
  const broker = {
    brokerId: 1,
    incarnationId: uuid('i'),
    brokerEpoch: 5,
    rack: 'r1',
    fenced: false,
    logDirs: [uuid('d')]
  }
  const scram = {
    name: 'alice',
    mechanism: 1,
    salt: Buffer.from('s'),
    storedKey: Buffer.from('k'),
    serverKey: Buffer.from('v')
  }
  const everything = (partitions: number, values: readonly string[]) => [
    encodeRecord('featureLevel', 0, { name: 'group.version', featureLevel: 1 }),
    encodeRecord('featureLevel', 0, { name: 'metadata.version', featureLevel: 30 }),
    encodeRecord('registerBroker', 4, { ...broker, cordonedLogDirs: [] }),
    encodeRecord('registerController', 0, { controllerId: 1, incarnationId: uuid('c') }),
    encodeRecord('topic', 0, { name: 'a.b', topicId: uuid('t') }),
    ...Array.from({ length: partitions }, (_, partitionId) =>
      encodeRecord('partition', 2, {
        ...{ partitionId, topicId: uuid('t'), replicas: [1], isr: [], leader: -1, leaderEpoch: 3, partitionEpoch: 9 },
        ...{ leaderRecoveryState: 1, directories: [uuid('d')], eligibleLeaderReplicas: [1], lastKnownElr: [1] }
      })
    ),
    ...values.map((value, index) =>
      encodeRecord('config', 0, {
        ...{ resourceType: ResourceType.TOPIC, resourceName: 'a.b' },
        name: `k${index}`,
        value
      })
    ),
    encodeRecord('config', 0, { resourceType: ResourceType.BROKER, resourceName: '', name: 'x', value: 'y:z' }),
    encodeRecord('clientQuota', 0, {
      entity: [{ entityType: 'user', entityName: null }],
      key: 'q',
      value: 1.5,
      remove: false
    }),
    encodeRecord('producerIds', 0, { brokerId: 1, brokerEpoch: 5, nextProducerId: 4000 }),
    encodeRecord('accessControlEntry', 0, {
      id: uuid('acl'),
      resourceType: 2,
      resourceName: 'a',
      principal: 'User:x',
      host: '*'
    }),
    encodeRecord('userScramCredential', 0, { ...scram, iterations: 4096 }),
    encodeRecord('delegationToken', 0, { owner: 'User:x', requester: 'User:x', tokenId: 't' })
  ]

  test('give the same image', () => {
    const anything = fc.tuple(fc.nat(5), fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }))
    fc.assert(
      fc.property(anything, ([partitions, values]) => {
        const state = replayed(everything(partitions, values))
        expect(replayed(snapshotRecords(state))).toEqual(state)
      })
    )
  })

  test('begin with the metadata.version', () => {
    const [first] = snapshotRecords(replayed(everything(0, [])))
    expect(decodeRecord(first)).toMatchObject({ kind: 'featureLevel', data: { name: 'metadata.version' } })
  })
})

describe('a log that has grown', () => {
  const open = () =>
    openController(fileSystem, { settings: [['metadata.log.max.record.bytes.between.snapshots', '3000', 'file']] })
  const names = () => fileSystem.list(METADATA_PATH).map(({ name }) => name)
  const logFiles = () => names().filter((name) => name.endsWith('.log'))
  const snapshots = () => names().filter((name) => name.endsWith('.checkpoint'))
  const settled = () => new Promise((done) => setTimeout(done, 10))

  test('is replaced by a snapshot, and nothing changes for a reader', async () => {
    const first = open()
    for (let index = 0; index < 40; index++) {
      first.createTopics([{ name: `t${index}`, configs: [{ name: 'retention.ms', value: String(index) }] }], create)
      await settled()
    }
    first.deleteTopics([first.image.topic('t7')!.topicId])
    const before = topicsOf(first)
    expect(snapshots()).toHaveLength(1)
    expect(snapshots()[0]).not.toMatch(/^0{20}-/)
    expect(logFiles()).toHaveLength(1)
    expect(logFiles()[0]).not.toBe('00000000000000000000.log')
    fileSystem.kill()
    const second = open()
    const inNewEpoch = before.map((topic) => ({
      ...topic,
      partitions: topic.partitions.map((p) => ({
        ...p,
        leaderEpoch: p.leaderEpoch + 1,
        partitionEpoch: p.partitionEpoch + 1
      }))
    }))
    expect(topicsOf(second)).toEqual(inNewEpoch)
    expect(second.image.metadataVersion).toBe(30)
  })

  test('keeps the form of its quorum: a later start finds the voters in the snapshot', async () => {
    const first = open()
    for (let index = 0; index < 20; index++) first.createTopics([{ name: `t${index}`, numPartitions: 4 }], create)
    await settled()
    first.close()
    expect(snapshots()[0]).not.toMatch(/^0{20}-/)
    const second = open()
    second.close()
    expect(snapshots()).toHaveLength(1)
    const quorumState = JSON.parse(fileSystem.readFile(`${METADATA_PATH}/quorum-state`).toString())
    expect(quorumState).toMatchObject({ leaderEpoch: 2, data_version: 1 })
  })

  test('survives a stop or a death while the snapshot is written', async () => {
    const first = open()
    for (let index = 0; index < 20; index++) first.createTopics([{ name: `t${index}`, numPartitions: 4 }], create)
    first.close()
    await settled()
    const second = open()
    expect(topicsOf(second)).toHaveLength(20)
    fileSystem.kill()
    expect(topicsOf(open())).toHaveLength(20)
    await settled()
    expect(names().filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('stays when the snapshot cannot be written', async () => {
    const first = open()
    fileSystem.fault = (operation, path) =>
      operation === 'sync' && path.endsWith('.part') ? Object.assign(new Error('EIO'), { code: 'EIO' }) : undefined
    for (let index = 0; index < 20; index++) first.createTopics([{ name: `t${index}`, numPartitions: 4 }], create)
    await settled()
    expect(logFiles()[0]).toBe('00000000000000000000.log')
    fileSystem.fault = undefined
    fileSystem.kill()
    expect(topicsOf(open())).toHaveLength(20)
  })
})
