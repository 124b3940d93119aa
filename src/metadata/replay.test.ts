import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ClusterImage, ImageState } from './cluster-image.ts'
import { decodeRecord, encodeRecord } from './metadata-records.ts'
import { Replay } from './replay.ts'

const topicId = (index: number) => Buffer.from(`topic-number-${String(index).padStart(3, '0')}`).toString('base64url')

function replayed(values: readonly Buffer[]) {
  const state = new ImageState()
  const replay = new Replay(state)
  for (const value of values) replay.apply(decodeRecord(value))
  return { state, replay, image: new ClusterImage(state) }
}

const topic = (index: number) => encodeRecord('topic', 0, { name: `t${index}`, topicId: topicId(index) })
const partition = (index: number, partitionId: number) =>
  encodeRecord('partition', 2, {
    ...{ partitionId, topicId: topicId(index), replicas: [1], isr: [1], leader: 1, leaderEpoch: 0, partitionEpoch: 0 },
    directories: ['ZZZZZZZZZZZZZZZZZZZZZQ']
  })
const broker = (fenced: boolean) =>
  encodeRecord('registerBroker', 4, { brokerId: 1, incarnationId: topicId(0), brokerEpoch: 5, rack: null, fenced })

describe('a partition change', () => {
  test('keeps what it does not name, and bumps the leader epoch whenever it names a leader', () => {
    const change = encodeRecord('partitionChange', 2, { partitionId: 0, topicId: topicId(1), leader: 1 })
    const stop = encodeRecord('partitionChange', 2, {
      ...{ partitionId: 0, topicId: topicId(1), isr: [], leader: -1, eligibleLeaderReplicas: [1], lastKnownElr: [1] }
    })
    const { image } = replayed([topic(1), partition(1, 0), change, stop])
    expect(image.partition('t1', 0)).toMatchObject({
      ...{ leader: -1, leaderEpoch: 2, partitionEpoch: 2, isr: [], replicas: [1] },
      ...{ eligibleLeaderReplicas: [1], lastKnownElr: [1], directories: ['ZZZZZZZZZZZZZZZZZZZZZQ'] }
    })
    const isrOnly = encodeRecord('partitionChange', 2, { partitionId: 0, topicId: topicId(1), isr: [1] })
    expect(replayed([topic(1), partition(1, 0), isrOnly]).image.partition('t1', 0)).toMatchObject({
      leaderEpoch: 0,
      partitionEpoch: 1
    })
  })

  test('of an unknown topic or partition is an error', () => {
    const change = encodeRecord('partitionChange', 2, { partitionId: 1, topicId: topicId(1), leader: 1 })
    expect(() => replayed([change])).toThrow('a change of partition 1 of a topic with the unknown id')
    expect(() => replayed([topic(1), partition(1, 0), change])).toThrow('a change of t1-1, which does not exist')
  })
})

test('a broker’s registration change must name its epoch', () => {
  const change = (brokerEpoch: number, fenced: number) =>
    encodeRecord('brokerRegistrationChange', 0, { brokerId: 1, brokerEpoch, fenced })
  expect(replayed([broker(true), change(5, -1)]).image.broker(1)?.fenced).toBe(false)
  expect(replayed([broker(false), change(5, 0)]).image.broker(1)?.fenced).toBe(false)
  expect(replayed([broker(false), change(5, 1)]).image.broker(1)?.fenced).toBe(true)
  expect(() => replayed([broker(false), change(4, 1)])).toThrow('with epoch 4, registered with epoch 5')
})

describe('a metadata transaction', () => {
  const begin = encodeRecord('beginTransaction', 0, { name: 'x' })
  const end = encodeRecord('endTransaction', 0, {})
  const abort = encodeRecord('abortTransaction', 0, {})

  test('counts when it ends, and not at all when it is aborted', () => {
    expect(replayed([begin, topic(1), end]).image.topicCount).toBe(1)
    expect(replayed([begin, topic(1)]).image.topicCount).toBe(0)
    expect(replayed([begin, topic(1)]).replay.hasOpenTransaction).toBe(true)
    expect(replayed([begin, topic(1), abort, topic(2)]).image.topic('t2')).toBeDefined()
    expect(replayed([begin, topic(1), abort]).image.topicCount).toBe(0)
  })

  test('does not nest', () => {
    expect(() => replayed([begin, begin])).toThrow('a metadata transaction begins inside another')
    expect(() => replayed([end])).toThrow('a metadata transaction ends that never began')
  })
})

test('a feature beyond this broker stops the replay', () => {
  const feature = (name: string, featureLevel: number) => encodeRecord('featureLevel', 0, { name, featureLevel })
  expect(() => replayed([feature('metadata.version', 31)])).toThrow(
    'feature metadata.version is at level 31; this broker supports 7 to 30'
  )
  expect(() => replayed([feature('cloud.version', 1)])).toThrow(
    'feature cloud.version is at level 1; this broker supports none'
  )
  expect(replayed([feature('share.version', 1), feature('share.version', 0)]).image.features().size).toBe(0)
})

test('everything else is kept: ACLs, SCRAM users, quotas, tokens, producer ids', () => {
  const id = topicId(7)
  const entity = [
    { entityType: 'user', entityName: 'alice' },
    { entityType: 'client-id', entityName: null }
  ]
  const quota = { key: 'producer_byte_rate', value: 5, remove: false }
  const scram = {
    name: 'alice',
    mechanism: 1,
    salt: Buffer.from('s'),
    storedKey: Buffer.from('k'),
    serverKey: Buffer.from('v')
  }
  const { image } = replayed([
    encodeRecord('accessControlEntry', 0, { id, resourceType: 2, resourceName: 'a', principal: 'User:x', host: '*' }),
    encodeRecord('userScramCredential', 0, { ...scram, iterations: 4096 }),
    encodeRecord('clientQuota', 0, { entity, ...quota }),
    encodeRecord('clientQuota', 0, { entity: entity.toReversed(), ...quota, value: 6 }),
    encodeRecord('delegationToken', 0, { owner: 'User:x', requester: 'User:x', tokenId: 't' }),
    encodeRecord('producerIds', 0, { brokerId: 1, brokerEpoch: 5, nextProducerId: 3000 })
  ])
  expect([...image.accessControlEntries()]).toMatchObject([{ id, principal: 'User:x' }])
  expect([...image.scramCredentials()]).toMatchObject([{ name: 'alice', iterations: 4096 }])
  expect([...image.quotas()]).toMatchObject([{ key: 'producer_byte_rate', value: 6 }])
  expect([...image.delegationTokens()]).toMatchObject([{ tokenId: 't' }])
  expect(image.nextProducerId).toBe(3000)
})

type Step = { kind: 'create' | 'delete' | 'grow' | 'set' | 'unset'; topic: number; key: number }

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('create', 'delete', 'grow', 'set', 'unset'),
    topic: fc.nat(4),
    key: fc.nat(2)
  }) as fc.Arbitrary<Step>,
  { maxLength: 60 }
)

test('deltas add up to the image', () => {
  fc.assert(
    fc.property(steps, (plan) => {
      const state = new ImageState()
      const replay = new Replay(state)
      const image = new ClusterImage(state)
      const mirror = new Map<string, number>()
      for (const step of plan) {
        const existing = image.topic(`t${step.topic}`)
        for (const value of recordsOf(step, existing?.partitions.length)) replay.apply(decodeRecord(value))
        const delta = replay.takeDelta()
        for (const { name } of delta.topicsDeleted) mirror.delete(name)
        for (const { name, partitions } of delta.topicsCreated) mirror.set(name, partitions.length)
        for (const added of delta.partitionsAdded) {
          mirror.set(added.topic.name, (mirror.get(added.topic.name) ?? 0) + added.partitions.length)
        }
      }
      const actual = new Map(Array.from(image.topics(), ({ name, partitions }) => [name, partitions.length]))
      expect(mirror).toEqual(actual)
    })
  )
})

function recordsOf({ kind, topic: index, key }: Step, partitions: number | undefined): Buffer[] {
  const config = { resourceType: 2, resourceName: `t${index}`, name: `k${key}` }
  if (kind === 'create') return partitions === undefined ? [topic(index), partition(index, 0), partition(index, 1)] : []
  if (partitions === undefined) return []
  if (kind === 'delete') return [encodeRecord('removeTopic', 0, { topicId: topicId(index) })]
  if (kind === 'grow') return [partition(index, partitions)]
  return [encodeRecord('config', 0, { ...config, value: kind === 'set' ? 'v' : null })]
}
