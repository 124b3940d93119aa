import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findCoordinator } from '../protocol/messages/find-coordinator.ts'
import { heartbeat } from '../protocol/messages/heartbeat.ts'
import { joinGroup } from '../protocol/messages/join-group.ts'
import { leaveGroup } from '../protocol/messages/leave-group.ts'
import { syncGroup } from '../protocol/messages/sync-group.ts'
import { Client } from './client.ts'
import { GroupMember } from './group-member.ts'
import { FakeBroker } from './testing/fake-broker.ts'

const MEMBER_ID_REQUIRED = 79
const REBALANCE_IN_PROGRESS = 27
const UNKNOWN_MEMBER_ID = 25
const GROUP_AUTHORIZATION_FAILED = 30

let broker: FakeBroker
let client: Client
let events: string[]
let joined: string[]
/** The error of the next heartbeats; none when it is used up. */
let heartbeatErrors: number[]
let joinError: number

beforeEach(async () => {
  broker = await FakeBroker.start()
  broker.topics = [{ name: 't', partitions: 2 }]
  events = []
  joined = []
  heartbeatErrors = []
  joinError = 0
  let members = 0
  let generationId = 0
  let assignment: Buffer | undefined
  broker.on(findCoordinator, () => ({ coordinators: [{ key: 'g', nodeId: 1, host: '127.0.0.1', port: broker.port }] }))
  broker.on(joinGroup, ({ memberId, protocols }) => {
    joined.push(memberId)
    if (joinError !== 0) return { errorCode: joinError }
    if (memberId === '') return { errorCode: MEMBER_ID_REQUIRED, memberId: `m${++members}` }
    const me = { memberId, metadata: protocols[0].metadata }
    return { generationId: ++generationId, protocolName: 'range', leader: memberId, memberId, members: [me] }
  })
  broker.on(syncGroup, ({ assignments }) => {
    assignment = assignments[0]?.assignment
    return { assignment }
  })
  broker.on(heartbeat, () => ({ errorCode: heartbeatErrors.shift() ?? 0 }))
  broker.on(leaveGroup, ({ members: [{ memberId }] }) => {
    events.push(`left ${memberId}`)
    return { members: [{ memberId }] }
  })
  client = await Client.connect({ bootstrapServers: broker.address, retryBackoffMs: 5 })
})

afterEach(async () => {
  client.close()
  await broker.stop()
})

function create(): GroupMember {
  const text = (partitions: readonly { topic: string; partition: number }[]) =>
    partitions.map(({ topic, partition }) => `${topic}-${partition}`).join(' ')
  return new GroupMember(client, {
    groupId: 'g',
    topics: ['t'],
    heartbeatIntervalMs: 5,
    onAssigned: (partitions) => void events.push(`assigned ${text(partitions)}`),
    onRevoked: (partitions) => void events.push(`revoked ${text(partitions)}`),
    onLost: (partitions) => void events.push(`lost ${text(partitions)}`)
  })
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

describe('GroupMember', () => {
  it('joins with the id it is given, assigns as leader, and leaves', async () => {
    const member = create()
    const membership = member.run()
    await until(() => broker.requests.filter((name) => name === 'Heartbeat').length > 2)
    expect(member.identity).toMatchObject({ memberId: 'm1', generationId: 1 })
    await member.close()
    await membership
    expect(joined).toEqual(['', 'm1'])
    expect(events).toEqual(['assigned t-0 t-1', 'revoked t-0 t-1', 'left m1'])
  })

  it('gives everything back and joins again when the group rebalances', async () => {
    heartbeatErrors = [REBALANCE_IN_PROGRESS]
    const member = create()
    const membership = member.run()
    await until(() => events.length === 3)
    await member.close()
    await membership
    expect(joined).toEqual(['', 'm1', 'm1'])
    expect(events).toEqual(['assigned t-0 t-1', 'revoked t-0 t-1', 'assigned t-0 t-1', 'revoked t-0 t-1', 'left m1'])
  })

  it('starts anew when the group threw it out', async () => {
    heartbeatErrors = [UNKNOWN_MEMBER_ID]
    const member = create()
    const membership = member.run()
    await until(() => events.length === 3)
    await member.close()
    await membership
    expect(joined).toEqual(['', 'm1', '', 'm2'])
    expect(events).toEqual(['assigned t-0 t-1', 'lost t-0 t-1', 'assigned t-0 t-1', 'revoked t-0 t-1', 'left m2'])
  })

  it('fails with what rejoining cannot mend', async () => {
    joinError = GROUP_AUTHORIZATION_FAILED
    await expect(create().run()).rejects.toMatchObject({ errorName: 'GROUP_AUTHORIZATION_FAILED' })
  })

  it('joins again after its connection broke', async () => {
    const member = create()
    const membership = member.run()
    await until(() => events.length === 1)
    broker.disconnectAll()
    const beats = broker.requests.length
    await until(() => broker.requests.slice(beats).includes('Heartbeat'))
    await member.close()
    await membership
    expect(events.at(-1)).toBe('left m1')
  })
})
