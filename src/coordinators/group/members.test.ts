// SyncGroup, Heartbeat, LeaveGroup and the session timeout.
import { describe, expect, it } from 'vitest'
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import { GroupHarness, REBALANCE_MS, SESSION_MS, settle } from '../testing/group-harness.ts'

describe('SyncGroup', () => {
  it('answers everybody when the leader has assigned, and later from what is stored', async () => {
    const harness = new GroupHarness()
    const ids = [harness.newMemberId(), harness.newMemberId()]
    harness.join({ memberId: ids[0] })
    const joins = [harness.join({ memberId: ids[1] }), harness.join({ memberId: ids[0] })]
    await settle()
    expect(joins.map(({ now }) => now.generationId)).toEqual([2, 2])
    const follower = harness.sync({ memberId: ids[1], generationId: 2 })
    expect(follower.isWaiting).toBe(true)
    const assignments = ids.map((memberId) => ({ memberId, assignment: Buffer.from(`for ${memberId}`) }))
    const leader = harness.sync({ memberId: ids[0], generationId: 2, assignments })
    await settle()
    const expected = { errorCode: ErrorCode.NONE, protocolType: 'consumer', protocolName: 'range' }
    expect(leader.now).toEqual({ ...expected, assignment: Buffer.from(`for ${ids[0]}`) })
    expect(follower.now).toEqual({ ...expected, assignment: Buffer.from(`for ${ids[1]}`) })
    expect(harness.state()).toBe('Stable')
    expect(harness.sync({ memberId: ids[1], generationId: 2 }).now.assignment).toEqual(Buffer.from(`for ${ids[1]}`))
  })

  it('refuses strangers, old generations and other protocols', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1)
    const memberId = ids[0]
    const error = (request: Parameters<typeof harness.sync>[0]) => harness.sync(request).now.errorCode
    expect(error({ groupId: '' })).toBe(ErrorCode.INVALID_GROUP_ID)
    expect(error({ groupId: 'none', memberId })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(error({ memberId: 'who' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(error({ memberId, groupInstanceId: 'a' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(error({ memberId, generationId: generationId + 1 })).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect(error({ memberId, generationId, protocolType: 'connect' })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect(error({ memberId, generationId, protocolName: 'sticky' })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    harness.join({ memberId: harness.newMemberId() })
    expect(error({ memberId, generationId })).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('sends whoever waits back to join when the group changes meanwhile', async () => {
    const harness = new GroupHarness()
    const ids = [harness.newMemberId(), harness.newMemberId()]
    harness.join({ memberId: ids[0] })
    harness.join({ memberId: ids[1] })
    harness.join({ memberId: ids[0] })
    await settle()
    const waiting = harness.sync({ memberId: ids[1], generationId: 2 })
    harness.leave(ids[0])
    await settle()
    expect(waiting.now.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('drops members that do not sync within the rebalance timeout', async () => {
    const harness = new GroupHarness()
    const session = { sessionTimeoutMs: 300_000 }
    const ids = [harness.newMemberId(session), harness.newMemberId(session)]
    harness.join({ ...session, memberId: ids[0] })
    harness.join({ ...session, memberId: ids[1] })
    harness.join({ ...session, memberId: ids[0] })
    await settle()
    const synced = harness.sync({ memberId: ids[1], generationId: 2 })
    harness.clock.advance(REBALANCE_MS)
    await settle()
    expect(synced.now.errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    expect(harness.heartbeat(ids[0], 2)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(harness.heartbeat(ids[1], 2)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
  })

  it('fails for everybody when the assignment cannot be written, and the group begins again', async () => {
    const harness = new GroupHarness()
    const memberId = harness.newMemberId()
    harness.join({ memberId })
    harness.log.failure = new KafkaError('MESSAGE_TOO_LARGE')
    expect(harness.sync({ memberId }).now.errorCode).toBe(ErrorCode.UNKNOWN_SERVER_ERROR)
    harness.log.failure = undefined
    expect(harness.state()).toBe('PreparingRebalance')
    expect(harness.join({ memberId }).now.generationId).toBe(2)
    expect(harness.sync({ memberId, generationId: 2 }).now.errorCode).toBe(ErrorCode.NONE)
  })
})

describe('the session of a member', () => {
  it('ends without heartbeats, and the others rebalance without it', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(2)
    const [alive, dead] = ids
    for (let i = 0; i < 3; i++) {
      harness.clock.advance(SESSION_MS / 2)
      harness.heartbeat(alive, generationId)
    }
    expect(harness.heartbeat(dead, generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(harness.heartbeat(alive, generationId)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    const rejoined = harness.join({ memberId: alive }).now
    expect(rejoined).toMatchObject({ generationId: generationId + 1, leader: alive })
    expect(rejoined.members).toHaveLength(1)
  })

  it('leaves an empty group behind in the log', async () => {
    const harness = new GroupHarness()
    const { generationId } = await harness.stableGroup(1)
    harness.clock.advance(SESSION_MS)
    expect(harness.state()).toBe('Empty')
    harness.restart()
    expect(harness.state()).toBe('Empty')
    expect(harness.groups.shards()[0].group('g')!.generationId).toBe(generationId + 1)
  })

  it('is kept by commits too', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1)
    const member = { memberId: ids[0], generationIdOrMemberEpoch: generationId }
    for (let i = 0; i < 3; i++) {
      harness.clock.advance(SESSION_MS - 1)
      expect(harness.commit({ 0: i }, member)).toEqual([ErrorCode.NONE])
    }
    expect(harness.heartbeat(ids[0], generationId)).toBe(ErrorCode.NONE)
  })

  it('begins anew after a restart', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1)
    harness.clock.advance(SESSION_MS - 1)
    harness.restart()
    harness.clock.advance(SESSION_MS - 1)
    expect(harness.heartbeat(ids[0], generationId)).toBe(ErrorCode.NONE)
    harness.clock.advance(SESSION_MS)
    expect(harness.heartbeat(ids[0], generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('is not held against members while the process stands still', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1)
    harness.clock.stall(60_000)
    harness.clock.advance(500) // What the socket holds is read only now.
    expect(harness.heartbeat(ids[0], generationId)).toBe(ErrorCode.NONE)
    harness.clock.advance(SESSION_MS - 1)
    expect(harness.heartbeat(ids[0], generationId)).toBe(ErrorCode.NONE)
    harness.clock.stall(60_000)
    harness.clock.advance(1000)
    expect(harness.heartbeat(ids[0], generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
  })

  it('costs one timer of the clock, whatever the number of members', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(20)
    for (const memberId of ids) harness.heartbeat(memberId, generationId)
    expect(harness.clock.timerCount).toBe(1)
  })
})

describe('Heartbeat', () => {
  it('tells who does not belong', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1)
    expect(harness.heartbeat(ids[0], generationId)).toBe(ErrorCode.NONE)
    expect(harness.heartbeat(ids[0], generationId - 1)).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect(harness.heartbeat('who', generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(harness.heartbeat(ids[0], generationId, 'a')).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    const none = { memberId: ids[0], generationId, groupInstanceId: null }
    expect(harness.groups.heartbeat({ ...none, groupId: 'none' }).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(harness.groups.heartbeat({ ...none, groupId: '' }).errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
  })

  it('is fine before the assignment is there', () => {
    const harness = new GroupHarness()
    const memberId = harness.newMemberId()
    harness.join({ memberId })
    expect(harness.heartbeat(memberId, 1)).toBe(ErrorCode.NONE)
  })
})

describe('LeaveGroup', () => {
  it('takes several members at once', async () => {
    const harness = new GroupHarness()
    const { ids } = await harness.stableGroup(3)
    const members = [ids[0], 'who', ids[2]].map((memberId) => ({ memberId, groupInstanceId: null, reason: 'done' }))
    expect(harness.groups.leaveGroup('g', members).members!.map(({ errorCode }) => errorCode)).toEqual([
      ErrorCode.NONE,
      ErrorCode.UNKNOWN_MEMBER_ID,
      ErrorCode.NONE
    ])
    expect(harness.join({ memberId: ids[1] }).now.members).toHaveLength(1)
  })

  it('empties the group with its last member', async () => {
    const harness = new GroupHarness()
    const { ids } = await harness.stableGroup(1)
    expect(harness.leave(ids[0])).toEqual([undefined, ErrorCode.NONE])
    expect(harness.state()).toBe('Empty')
    expect(harness.leave(ids[0])).toEqual([undefined, ErrorCode.UNKNOWN_MEMBER_ID])
    expect(harness.groups.leaveGroup('none', [{ memberId: 'm', groupInstanceId: null, reason: null }])).toEqual({
      members: [{ memberId: 'm', groupInstanceId: null, errorCode: ErrorCode.UNKNOWN_MEMBER_ID }]
    })
    expect(harness.groups.leaveGroup('', [])).toEqual({ errorCode: ErrorCode.INVALID_GROUP_ID })
  })

  it('lets a member go that had an id and never joined, which may be what others wait for', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1)
    const pending = harness.newMemberId()
    const rejoined = harness.join({ memberId: ids[0] })
    expect(rejoined.isWaiting).toBe(true)
    expect(harness.leave(pending)).toEqual([undefined, ErrorCode.NONE])
    await settle()
    expect(rejoined.now.generationId).toBe(generationId + 1)
  })

  it('answers a join of the member that still waits', async () => {
    const harness = new GroupHarness()
    await harness.stableGroup(1)
    const b = harness.newMemberId()
    const joinB = harness.join({ memberId: b })
    harness.leave(b)
    await settle()
    expect(joinB.now).toEqual({ memberId: '', errorCode: ErrorCode.UNKNOWN_MEMBER_ID })
  })
})

describe('stopping', () => {
  it('sends whoever waits to look for another coordinator', async () => {
    const harness = new GroupHarness()
    await harness.stableGroup(1)
    const waiting = harness.join({ memberId: harness.newMemberId() })
    harness.groups.close()
    await settle()
    expect(waiting.now.errorCode).toBe(ErrorCode.NOT_COORDINATOR)
    expect(harness.join().now.errorCode).toBe(ErrorCode.COORDINATOR_NOT_AVAILABLE)
    expect(harness.clock.timerCount).toBe(0)
  })
})
