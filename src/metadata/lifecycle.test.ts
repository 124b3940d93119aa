import { beforeEach, describe, expect, test } from 'vitest'
import { ConfigValues } from '../configs/config-values.ts'
import { MemoryFileSystem } from '../storage/file-system-memory.ts'
import { AlterOperation } from './alter-configs.ts'
import { kraftVersion, snapshotFooter, snapshotHeader } from './control-records.ts'
import { encodeRecord } from './metadata-records.ts'
import { ResourceType } from './resource-type.ts'
import {
  create,
  DIRECTORY_ID,
  LOG_PATH,
  METADATA_PATH,
  openController,
  snapshotContent,
  topicsOf,
  writeForeignLog
} from './testing/test-controller.ts'

const topicId = (name: string) => Buffer.from(name.padEnd(16, '-')).toString('base64url')
const topic = (name: string) => encodeRecord('topic', 0, { name, topicId: topicId(name) })
const features = (metadataVersion = 30) => [
  encodeRecord('featureLevel', 0, { name: 'metadata.version', featureLevel: metadataVersion })
]
const partition = (name: string, partitionId: number, replicas = [1], version = 2) =>
  encodeRecord('partition', version, {
    ...{
      partitionId,
      topicId: topicId(name),
      replicas,
      isr: replicas,
      leader: replicas[0],
      leaderEpoch: 3,
      partitionEpoch: 4
    },
    ...(version > 0 ? { directories: replicas.map(() => DIRECTORY_ID) } : {})
  })
const registered = (brokerId: number, version = 4) =>
  encodeRecord('registerBroker', version, {
    brokerId,
    incarnationId: topicId('x'),
    brokerEpoch: 7,
    rack: null,
    fenced: false
  })

let fileSystem: MemoryFileSystem
beforeEach(() => {
  fileSystem = new MemoryFileSystem()
})

describe('a directory that Apache Kafka left', () => {
  test('without leaders, after a clean stop with eligible leader replicas', () => {
    const stopped = encodeRecord('partitionChange', 2, {
      ...{ partitionId: 0, topicId: topicId('a'), isr: [], leader: -1, eligibleLeaderReplicas: [1], lastKnownElr: [1] }
    })
    writeForeignLog(fileSystem, [features(), [topic('a'), partition('a', 0)], [registered(1), stopped]])
    const [{ partitions }] = topicsOf(openController(fileSystem))
    expect(partitions).toMatchObject([
      { leader: 1, isr: [1], leaderEpoch: 5, partitionEpoch: 6, eligibleLeaderReplicas: [], lastKnownElr: [] }
    ])
  })

  test('recovering from an unclean election, in another directory', () => {
    const record = encodeRecord('partition', 2, {
      ...{
        partitionId: 0,
        topicId: topicId('a'),
        replicas: [1],
        isr: [1],
        leader: 1,
        leaderEpoch: 0,
        partitionEpoch: 0
      },
      ...{ leaderRecoveryState: 1, directories: [topicId('elsewhere')] }
    })
    writeForeignLog(fileSystem, [features(), [topic('a'), record]])
    const [{ partitions }] = topicsOf(openController(fileSystem))
    expect(partitions).toMatchObject([{ leader: 1, leaderRecoveryState: 0, directories: [DIRECTORY_ID] }])
  })

  test('of a larger cluster: others are fenced, only partitions with a replica here are led', () => {
    const log = [
      features(),
      [registered(1), registered(2)],
      [topic('a'), partition('a', 0, [2, 1]), partition('a', 1, [2])]
    ]
    writeForeignLog(fileSystem, log)
    const controller = openController(fileSystem)
    expect(Array.from(controller.image.brokers(), ({ brokerId, fenced }) => [brokerId, fenced])).toEqual([
      [1, false],
      [2, true]
    ])
    expect(topicsOf(controller)[0].partitions).toMatchObject([
      { leader: 1, isr: [1], replicas: [2, 1], leaderEpoch: 4 },
      { leader: 2, isr: [2], leaderEpoch: 3 }
    ])
    const [outcome] = controller.createTopics([{ name: 'b', replicationFactor: 2 }], create)
    expect(outcome).toMatchObject({ replicationFactor: 2 })
    expect(controller.image.partition('b', 0)).toMatchObject({ replicas: [1, 2], isr: [1], leader: 1 })
  })

  test('with the records of an older metadata.version goes on in that version', () => {
    const begin = [features(14), [registered(1, 2), topic('a'), partition('a', 0, [1], 0)]]
    writeForeignLog(fileSystem, begin)
    const first = openController(fileSystem)
    first.createTopics([{ name: 'b' }], create)
    first.close()
    const second = openController(fileSystem)
    expect(topicsOf(second).map(({ name, partitions }) => [name, partitions[0].leader])).toEqual([
      ['a', 1],
      ['b', 1]
    ])
    expect(second.image.isElrEnabled).toBe(false)
  })

  test('with a metadata transaction that never ended: it is aborted', () => {
    writeForeignLog(fileSystem, [
      features(),
      [topic('a')],
      [encodeRecord('beginTransaction', 0, { name: 'x' }), topic('b')]
    ])
    const first = openController(fileSystem)
    expect(topicsOf(first).map(({ name }) => name)).toEqual(['a'])
    first.createTopics([{ name: 'b' }], create)
    fileSystem.kill()
    expect(topicsOf(openController(fileSystem)).map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('as a snapshot alone', () => {
    fileSystem.makeDirectory(METADATA_PATH)
    const values = [
      ...features(),
      topic('a'),
      partition('a', 0),
      encodeRecord('config', 0, {
        ...{ resourceType: ResourceType.TOPIC, resourceName: 'a', name: 'retention.ms', value: '5' }
      })
    ]
    const content = snapshotContent(values, {
      header: [snapshotHeader(1), kraftVersion(1)],
      footer: [snapshotFooter()]
    })
    fileSystem.writeFile(`${METADATA_PATH}/00000000000000000100-0000000009.checkpoint`, content)
    const first = openController(fileSystem)
    expect(topicsOf(first)).toMatchObject([
      { name: 'a', configs: [['retention.ms', '5']], partitions: [{ leader: 1 }] }
    ])
    first.createTopics([{ name: 'b' }], create)
    first.close()
    expect(fileSystem.exists(`${METADATA_PATH}/00000000000000000100.log`)).toBe(true)
    expect(fileSystem.readFile(`${METADATA_PATH}/leader-epoch-checkpoint`).toString()).toBe('0\n1\n10 100\n')
    expect(topicsOf(openController(fileSystem)).map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('as a snapshot and the log behind it, and the log before it', () => {
    const log = [features(), [topic('a'), partition('a', 0)], [topic('b'), partition('b', 0)]]
    writeForeignLog(fileSystem, log)
    // The snapshot says something the log before it does not: it is the one that counts.
    const values = [...features(), topic('c'), partition('c', 0)]
    const content = snapshotContent(values, { header: [snapshotHeader(1)], footer: [snapshotFooter()] })
    fileSystem.writeFile(`${METADATA_PATH}/00000000000000000003-0000000001.checkpoint`, content)
    expect(topicsOf(openController(fileSystem)).map(({ name }) => name)).toEqual(['c', 'b'])
  })

  test('with a snapshot that is not whole is refused', () => {
    fileSystem.makeDirectory(METADATA_PATH)
    const path = `${METADATA_PATH}/00000000000000000003-0000000001.checkpoint`
    const content = snapshotContent(features(), { header: [snapshotHeader(1)], footer: [snapshotFooter()] })
    fileSystem.writeFile(path, content.subarray(0, content.length - 1))
    expect(() => openController(fileSystem)).toThrow(`the snapshot ${path} is not complete`)
    const damaged = Buffer.from(content)
    damaged[100] ^= 1
    fileSystem.writeFile(path, damaged)
    expect(() => openController(fileSystem)).toThrow(`the snapshot ${path} is damaged at byte`)
  })

  test('with a log that begins after offset 0 and no snapshot is refused', () => {
    writeForeignLog(fileSystem, [features()])
    fileSystem.rename(LOG_PATH, `${METADATA_PATH}/00000000000000000007.log`)
    expect(() => openController(fileSystem)).toThrow(
      'the metadata log begins at offset 7, but no snapshot reaches that far'
    )
  })

  test('without a metadata.version is refused', () => {
    writeForeignLog(fileSystem, [[topic('a')]])
    expect(() => openController(fileSystem)).toThrow('the metadata log names no metadata.version')
  })

  test('in the static form of quorum stays in it', () => {
    writeForeignLog(fileSystem, [features()])
    fileSystem.writeFile(
      `${METADATA_PATH}/quorum-state`,
      '{"clusterId":"","leaderId":1,"leaderEpoch":7,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1}],"data_version":0}'
    )
    openController(fileSystem).close()
    expect(JSON.parse(fileSystem.readFile(`${METADATA_PATH}/quorum-state`).toString())).toEqual({
      ...{ clusterId: '', leaderId: 1, leaderEpoch: 8, votedId: -1, appliedOffset: 0 },
      ...{ currentVoters: [{ voterId: 1 }], data_version: 0 }
    })
    expect(fileSystem.list(METADATA_PATH).some(({ name }) => name.endsWith('.checkpoint'))).toBe(false)
  })

  test('with an emptied quorum-state starts, with a warning', () => {
    writeForeignLog(fileSystem, [features()])
    fileSystem.writeFile(`${METADATA_PATH}/quorum-state`, '')
    const warnings: string[] = []
    openController(fileSystem, { warnings })
    expect(warnings).toEqual(['quorum-state is not readable; the epoch is taken from the log'])
  })
})

test('a formatted directory that was never started takes its features and users from bootstrap.checkpoint', () => {
  const scram = {
    name: 'alice',
    mechanism: 1,
    salt: Buffer.from('s'),
    storedKey: Buffer.from('k'),
    serverKey: Buffer.from('v')
  }
  const values = [...features(25), encodeRecord('userScramCredential', 0, { ...scram, iterations: 4096 })]
  fileSystem.makeDirectory('/data')
  fileSystem.writeFile(
    '/data/bootstrap.checkpoint',
    snapshotContent(values, { header: [snapshotHeader(0)], footer: [snapshotFooter()] })
  )
  const { image } = openController(fileSystem)
  expect(Object.fromEntries(image.features())).toEqual({ 'metadata.version': 25 })
  expect([...image.scramCredentials()].map(({ name }) => name)).toEqual(['alice'])
  expect(image.configs(ResourceType.BROKER, '').size).toBe(0)
})

test('dynamic broker configs are in force from the start, and follow the log', () => {
  const config = (resourceName: string, name: string, value: string) =>
    encodeRecord('config', 0, { resourceType: ResourceType.BROKER, resourceName, name, value })
  writeForeignLog(fileSystem, [
    features(),
    [
      config('', 'message.max.bytes', '1000'),
      config('1', 'message.max.bytes', '2000'),
      config('2', 'log.retention.ms', '9')
    ]
  ])
  const values = new ConfigValues()
  const controller = openController(fileSystem, { config: values })
  expect(values.int('message.max.bytes')).toBe(2000)
  expect(values.nullableLong('log.retention.ms')).toBeNull()
  const names: string[] = []
  values.onChange((changed) => names.push(...changed))
  const operations = [{ name: 'message.max.bytes', operation: AlterOperation.DELETE, value: null }]
  const change = { resourceType: ResourceType.BROKER, resourceName: '1', operations }
  controller.onChange(() => expect(values.int('message.max.bytes')).toBe(1000))
  expect(controller.incrementalAlterConfigs([change], create)[0].error).toBeUndefined()
  expect(names).toEqual(['message.max.bytes'])
})

test('a stop leaves the broker fenced, and every later start finds a higher epoch', () => {
  const first = openController(fileSystem)
  first.close()
  const second = openController(fileSystem)
  second.close()
  const epochs = fileSystem.readFile(`${METADATA_PATH}/leader-epoch-checkpoint`).toString()
  expect(epochs).toMatch(/^0\n2\n1 0\n2 \d+\n$/)
})
