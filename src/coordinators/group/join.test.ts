import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../error-codes.ts'
import { GROUP, GroupHarness, REBALANCE_MS, SESSION_MS, settle, subscription } from '../testing/group-harness.ts'
import { NEW_MEMBER_JOIN_TIMEOUT_MS } from './group-config.ts'

describe('JoinGroup', () => {
  it('gives a member its id first from version 4 on, and a generation when it comes back', () => {
    const harness = new GroupHarness()
    const first = harness.join().now
    expect(first.errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED)
    expect(first.memberId).toMatch(/^client-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const joined = harness.join({ memberId: first.memberId }).now
    expect(joined).toEqual({
      memberId: first.memberId,
      leader: first.memberId,
      generationId: 1,
      protocolType: 'consumer',
      protocolName: 'range',
      members: [{ memberId: first.memberId, groupInstanceId: null, metadata: subscription('t') }]
    })
    expect(harness.state()).toBe('CompletingRebalance')
  })

  it('takes a member at once before version 4', () => {
    const harness = new GroupHarness()
    expect(harness.join({ apiVersion: 3 }).now.generationId).toBe(1)
  })

  it('refuses what no group would take', () => {
    const harness = new GroupHarness()
    const error = (request: Parameters<typeof harness.join>[0]) => harness.join(request).now.errorCode
    expect(error({ groupId: '' })).toBe(ErrorCode.INVALID_GROUP_ID)
    expect(error({ sessionTimeoutMs: 5999 })).toBe(ErrorCode.INVALID_SESSION_TIMEOUT)
    expect(error({ sessionTimeoutMs: 1_800_001 })).toBe(ErrorCode.INVALID_SESSION_TIMEOUT)
    expect(error({ protocolType: '' })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect(error({ protocols: [] })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect(error({ groupId: 'none', memberId: 'who' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('answers NOT_COORDINATOR while the offsets topic does not exist, and never creates it', () => {
    const harness = new GroupHarness()
    harness.logs.exists = () => false
    expect(harness.join().now.errorCode).toBe(ErrorCode.NOT_COORDINATOR)
    expect(harness.heartbeat('m', 1)).toBe(ErrorCode.NOT_COORDINATOR)
    expect(harness.groups.listGroups({ statesFilter: [], typesFilter: [] })).toEqual([])
  })

  it('makes members rejoin when another comes, and shows the leader both', async () => {
    const harness = new GroupHarness()
    const a = harness.newMemberId()
    harness.join({ memberId: a })
    harness.sync({ memberId: a, assignments: [{ memberId: a, assignment: Buffer.from('all') }] })
    expect(harness.heartbeat(a, 1)).toBe(ErrorCode.NONE)
    const b = harness.newMemberId()
    const joinB = harness.join({ memberId: b })
    expect(joinB.isWaiting).toBe(true)
    expect(harness.heartbeat(a, 1)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    const joinA = harness.join({ memberId: a })
    await settle()
    expect(joinA.now.members!.map(({ memberId }) => memberId)).toEqual([a, b])
    expect(joinA.now.generationId).toBe(2)
    expect(joinB.now).toMatchObject({ leader: a, generationId: 2, members: [] })
  })

  it('waits for a member that was given an id, but not beyond its session timeout', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1)
    harness.newMemberId()
    expect(harness.heartbeat(ids[0], generationId)).toBe(ErrorCode.NONE)
    const rejoined = harness.join({ memberId: ids[0] })
    expect(rejoined.isWaiting).toBe(true)
    harness.clock.advance(SESSION_MS)
    await settle()
    expect(rejoined.now.generationId).toBe(generationId + 1)
  })

  it('drops dynamic members that do not rejoin within the rebalance timeout', async () => {
    const harness = new GroupHarness({ 'group.min.session.timeout.ms': '1' })
    const { ids } = await harness.stableGroup(2, { rebalanceTimeoutMs: 5000 })
    const c = harness.newMemberId()
    const joined = harness.join({ memberId: c, rebalanceTimeoutMs: 5000 })
    harness.clock.advance(4999)
    await settle()
    expect(joined.isWaiting).toBe(true)
    harness.clock.advance(1)
    await settle()
    expect(joined.now).toMatchObject({ leader: c, members: [{ memberId: c }] })
    expect(harness.heartbeat(ids[0], 2)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('uses the session timeout as rebalance timeout in version 0', () => {
    const harness = new GroupHarness()
    const joined = harness.join({ apiVersion: 0, rebalanceTimeoutMs: -1 }).now
    harness.sync({ memberId: joined.memberId })
    expect(harness.groups.shards()[0].group(GROUP)!.rebalanceTimeoutMs).toBe(SESSION_MS)
  })

  it('answers a rejoin that changes nothing with the generation there is', async () => {
    const harness = new GroupHarness()
    const { ids, leader, generationId } = await harness.stableGroup(2)
    const follower = ids.find((id) => id !== leader)!
    expect(harness.join({ memberId: follower }).now).toMatchObject({ generationId, members: [], leader })
    expect(harness.state()).toBe('Stable')
  })

  it('rebalances when the leader rejoins or a follower changes its metadata', async () => {
    const harness = new GroupHarness()
    const { ids, leader, generationId } = await harness.stableGroup(2)
    const follower = ids.find((id) => id !== leader)!
    const changed = harness.join({
      memberId: follower,
      protocols: [{ name: 'range', metadata: subscription('u') }]
    })
    expect(changed.isWaiting).toBe(true)
    harness.join({ memberId: leader })
    await settle()
    expect(changed.now.generationId).toBe(generationId + 1)
    const again = harness.join({ memberId: leader })
    expect(harness.state()).toBe('CompletingRebalance')
    expect(again.now.generationId).toBe(generationId + 1) // nothing changed: its first answer may have been lost
  })

  it('repeats the answer to a member that lost it while the group waits for its leader', () => {
    const harness = new GroupHarness()
    const a = harness.newMemberId()
    const first = harness.join({ memberId: a }).now
    expect(harness.join({ memberId: a }).now).toEqual(first)
  })

  it('chooses the protocol that most members prefer among those all support', async () => {
    const harness = new GroupHarness()
    const metadata = subscription('t')
    const protocols = (...names: string[]) => names.map((name) => ({ name, metadata }))
    const ids = [0, 1, 2].map(() => harness.newMemberId())
    const joins = [
      harness.join({ memberId: ids[0], protocols: protocols('range', 'sticky') }),
      harness.join({ memberId: ids[1], protocols: protocols('sticky', 'range') }),
      harness.join({ memberId: ids[2], protocols: protocols('odd', 'sticky', 'range') })
    ]
    joins[0] = harness.join({ memberId: ids[0], protocols: protocols('range', 'sticky') })
    await settle()
    expect(joins.map(({ now }) => now.protocolName)).toEqual(['sticky', 'sticky', 'sticky'])
    expect(harness.join({ protocols: protocols('odd') }).now.errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect(harness.join({ protocolType: 'connect' }).now.errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
  })

  it('does not grow a group beyond group.max.size', async () => {
    const harness = new GroupHarness({ 'group.max.size': '2' })
    const { ids } = await harness.stableGroup(2)
    expect(harness.join().now).toEqual({ memberId: '', errorCode: ErrorCode.GROUP_MAX_SIZE_REACHED })
    const leave = harness.leave(ids[1])
    expect(leave).toEqual([undefined, ErrorCode.NONE])
    expect(harness.join().now.errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED)
  })

  it('throws out a new member that is never heard of while its join waits', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1, { rebalanceTimeoutMs: 10 * 60_000 })
    const b = harness.newMemberId()
    const joinB = harness.join({ memberId: b, rebalanceTimeoutMs: 10 * 60_000 })
    for (let passedMs = 0; passedMs < NEW_MEMBER_JOIN_TIMEOUT_MS; passedMs += 5000) {
      expect(harness.heartbeat(ids[0], generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
      harness.clock.advance(5000)
    }
    await settle()
    expect(joinB.now).toEqual({ memberId: '', errorCode: ErrorCode.UNKNOWN_MEMBER_ID })
  })
})

describe('the first rebalance of a group', () => {
  it('waits group.initial.rebalance.delay.ms, and again while members keep coming', async () => {
    const harness = new GroupHarness({ 'group.initial.rebalance.delay.ms': '3000' })
    const a = harness.join({ memberId: harness.newMemberId() })
    harness.clock.advance(2000)
    const b = harness.join({ memberId: harness.newMemberId() })
    harness.clock.advance(1000)
    await settle()
    expect(a.isWaiting).toBe(true)
    harness.clock.advance(3000)
    await settle()
    expect(a.now.generationId).toBe(1)
    expect(a.now.members!.length + b.now.members!.length).toBe(2)
  })

  it('ends at the rebalance timeout however many still come', async () => {
    const harness = new GroupHarness({ 'group.initial.rebalance.delay.ms': '3000' })
    const first = harness.join({
      memberId: harness.newMemberId({ rebalanceTimeoutMs: 7000 }),
      rebalanceTimeoutMs: 7000
    })
    let waitedMs = 0
    while (first.isWaiting && waitedMs < REBALANCE_MS) {
      harness.join({ memberId: harness.newMemberId(), rebalanceTimeoutMs: 7000 })
      harness.clock.advance(1000)
      waitedMs += 1000
      await settle()
    }
    expect(waitedMs).toBe(7000)
  })
})
