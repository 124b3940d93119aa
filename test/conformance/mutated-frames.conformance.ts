// Requests with a few bytes changed at random, from a fixed seed: which of them can still be read, and which end the
// connection. Only requests that change nothing and wait for nothing; none with 64-bit numbers, which Odradek refuses
// beyond 2^53 where Apache Kafka takes them.
import { expect, test } from 'vitest'
import { encodeRequest } from '../../src/protocol/frame.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { describeCluster } from '../../src/protocol/messages/describe-cluster.ts'
import { describeConfigs } from '../../src/protocol/messages/describe-configs.ts'
import { describeGroups } from '../../src/protocol/messages/describe-groups.ts'
import { describeTopicPartitions } from '../../src/protocol/messages/describe-topic-partitions.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { leaveGroup } from '../../src/protocol/messages/leave-group.ts'
import { metadata } from '../../src/protocol/messages/metadata.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { offsetForLeaderEpoch } from '../../src/protocol/messages/offset-for-leader-epoch.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import type { AnyApi, RequestInitOf } from '../../src/protocol/schema.ts'
import { newGroup } from './group-member.ts'
import { RawSocket } from './raw-socket.ts'
import { versionsOf } from './served-versions.ts'

const SEED = 20_261_121
const MUTANTS_PER_VERSION = 8
/** Size, API key, version, correlation id: what makes it a request of this API at all. */
const KEPT_BYTES = 12

interface Subject {
  api: AnyApi
  from?: number
  requestOf(version: number): RequestInitOf<AnyApi>
}

const group = { groupId: 'mutated', memberId: 'member', generationId: 1 }
const subjects: readonly Subject[] = [
  { api: metadata, from: 4, requestOf: () => ({ topics: [{ name: 'mutated' }], allowAutoTopicCreation: false }) },
  { api: apiVersions, from: 3, requestOf: () => ({ clientSoftwareName: 'a', clientSoftwareVersion: '1' }) },
  { api: describeGroups, requestOf: () => ({ groups: ['mutated'] }) },
  { api: heartbeat, requestOf: () => group },
  { api: syncGroup, requestOf: () => ({ ...group, assignments: [{ memberId: 'm', assignment: Buffer.from('a') }] }) },
  { api: leaveGroup, from: 3, requestOf: () => ({ groupId: 'mutated', members: [{ memberId: 'member' }] }) },
  {
    api: offsetFetch,
    requestOf: (version) => {
      const topics = [{ name: 'mutated', partitionIndexes: [0, 1] }]
      if (version < 8) return { groupId: 'mutated', topics }
      return { groups: [{ groupId: 'mutated', topics: version < 10 ? topics : [{ partitionIndexes: [0, 1] }] }] }
    }
  },
  {
    api: offsetForLeaderEpoch,
    requestOf: () => ({ topics: [{ topic: 'mutated', partitions: [{ partition: 0, leaderEpoch: 0 }] }] })
  },
  { api: describeCluster, requestOf: () => ({}) },
  { api: describeTopicPartitions, requestOf: () => ({ topics: [{ name: 'mutated' }], responsePartitionLimit: 10 }) },
  {
    api: describeConfigs,
    requestOf: () => ({
      resources: [{ resourceType: 2, resourceName: 'mutated', configurationKeys: ['retention.ms'] }]
    })
  }
]

/** Mulberry32: the same numbers from the same seed everywhere. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function mutant(good: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(good)
  const bodyBytes = good.length - KEPT_BYTES
  for (let changes = 1 + random(3); changes > 0; changes--) {
    bytes[KEPT_BYTES + random(bodyBytes)] = [0x00, 0x01, 0x7f, 0x80, 0xff, random(256)][random(6)]
  }
  if (random(7) > 0) return bytes
  const cut = bytes.subarray(0, KEPT_BYTES + random(bodyBytes))
  cut.writeInt32BE(cut.length - 4)
  return cut
}

test('mutated requests are read, or end their connection', { timeout: 120_000 }, async () => {
  await newGroup() // the coordinator is there, so that nothing is answered or refused for want of it
  const random = randomNumbers(SEED)
  let lines = ''
  for (const { api, from, requestOf } of subjects) {
    for (const version of versionsOf(api, from)) {
      const good = Buffer.concat(encodeRequest(api, version, 7, 'client', requestOf(version)))
      for (let count = 0; count < MUTANTS_PER_VERSION; count++) {
        const frame = mutant(good, random)
        const socket = await RawSocket.open()
        socket.send(frame)
        const answer = await socket.next()
        lines += `${api.name} v${version} ${frame.toString('hex')}: ${answer === 'closed' ? 'closed' : 'answered'}\n`
      }
    }
  }
  await expect(lines).toMatchFileSnapshot('golden/mutated-frames.txt')
})
