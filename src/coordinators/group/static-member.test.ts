import { describe, expect, it } from 'vitest'
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import { GroupHarness, SESSION_MS, settle } from '../testing/group-harness.ts'

async function stableStatic(harness: GroupHarness) {
  const a = harness.join({ groupInstanceId: 'a' }).now
  const generationId = a.generationId!
  const assignments = [{ memberId: a.memberId!, assignment: Buffer.from('mine') }]
  harness.sync({ memberId: a.memberId, groupInstanceId: 'a', generationId, assignments })
  await settle()
  return { memberId: a.memberId!, generationId }
}

describe('a static member', () => {
  it('needs no id first, and has its instance id in its member id', () => {
    const joined = new GroupHarness().join({ groupInstanceId: 'worker-1' }).now
    expect(joined.memberId).toMatch(/^worker-1-[0-9a-f-]{36}$/)
    expect(joined.generationId).toBe(1)
  })

  it('comes back without a rebalance, with its assignment, and fences its old self', async () => {
    const harness = new GroupHarness()
    const old = await stableStatic(harness)
    const back = harness.join({ groupInstanceId: 'a' }).now
    expect(back).toMatchObject({ generationId: old.generationId, leader: back.memberId, skipAssignment: true })
    expect(back.members).toHaveLength(1)
    expect(back.memberId).not.toBe(old.memberId)
    expect(harness.state()).toBe('Stable')
    const synced = harness.sync({ memberId: back.memberId, groupInstanceId: 'a', generationId: old.generationId }).now
    expect(synced.assignment).toEqual(Buffer.from('mine'))
    expect(harness.heartbeat(old.memberId, old.generationId, 'a')).toBe(ErrorCode.FENCED_INSTANCE_ID)
    expect(harness.sync({ ...old, groupInstanceId: 'a' }).now.errorCode).toBe(ErrorCode.FENCED_INSTANCE_ID)
    expect(harness.join({ memberId: old.memberId, groupInstanceId: 'a' }).now.errorCode).toBe(
      ErrorCode.FENCED_INSTANCE_ID
    )
    expect(harness.heartbeat(old.memberId, old.generationId)).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    harness.restart()
    expect(harness.heartbeat(back.memberId!, old.generationId, 'a')).toBe(ErrorCode.NONE)
  })

  it('is told before version 9 that its old id leads, so that it assigns nothing', async () => {
    const harness = new GroupHarness()
    const old = await stableStatic(harness)
    const back = harness.join({ groupInstanceId: 'a', apiVersion: 8 }).now
    expect(back).toMatchObject({ leader: old.memberId, members: [] })
    expect(back.skipAssignment).toBeUndefined()
  })

  it('keeps its place over a missed rebalance until its session ends', async () => {
    const harness = new GroupHarness()
    const { generationId } = await stableStatic(harness)
    const b = harness.join({ groupInstanceId: 'b', rebalanceTimeoutMs: 6000 })
    harness.clock.advance(SESSION_MS - 1)
    await settle()
    expect(b.isWaiting).toBe(true)
    harness.clock.advance(1)
    await settle()
    expect(b.now).toMatchObject({ generationId: generationId + 1, members: [{ groupInstanceId: 'b' }] })
  })

  it('stays in the new generation when the others rejoined in time', async () => {
    const harness = new GroupHarness()
    const a = await stableStatic(harness)
    const b = harness.join({ groupInstanceId: 'b', rebalanceTimeoutMs: 6000, sessionTimeoutMs: 30_000 })
    const joinA = harness.join({
      memberId: a.memberId,
      groupInstanceId: 'a',
      rebalanceTimeoutMs: 6000,
      sessionTimeoutMs: 30_000
    })
    await settle()
    expect(joinA.now.generationId).toBe(2)
    const c = harness.join({ groupInstanceId: 'c', rebalanceTimeoutMs: 6000 })
    harness.join({ memberId: b.now.memberId, groupInstanceId: 'b', rebalanceTimeoutMs: 6000 })
    harness.clock.advance(6000)
    await settle()
    const instances = [c.now, b.now].flatMap(({ members }) => members!.map((member) => member.groupInstanceId))
    expect(c.now.generationId).toBe(3)
    expect(instances.length === 0 || instances.includes('a')).toBe(true)
    const described = harness.groups.describeGroup('g', 6).members!.map((member) => member.groupInstanceId)
    expect(described.sort()).toEqual(['a', 'b', 'c'])
  })

  it('that is replaced while it waits gets FENCED_INSTANCE_ID', async () => {
    const harness = new GroupHarness({ 'group.initial.rebalance.delay.ms': '3000' })
    const first = harness.join({ groupInstanceId: 'a' })
    const second = harness.join({ groupInstanceId: 'a' })
    await settle()
    expect(first.now.errorCode).toBe(ErrorCode.FENCED_INSTANCE_ID)
    harness.clock.advance(10_000)
    await settle()
    expect(second.now.generationId).toBe(1)
  })

  it('that comes back while the leader assigns causes a rebalance', async () => {
    const harness = new GroupHarness()
    const first = harness.join({ groupInstanceId: 'a' }).now
    const back = harness.join({ groupInstanceId: 'a' })
    await settle()
    expect(back.now.generationId).toBe(first.generationId! + 1)
  })

  it('leaves only when an administrator names its instance id', async () => {
    const harness = new GroupHarness()
    const { memberId, generationId } = await stableStatic(harness)
    expect(harness.leave('', 'nobody')).toEqual([undefined, ErrorCode.UNKNOWN_MEMBER_ID])
    expect(harness.leave('other', 'a')).toEqual([undefined, ErrorCode.FENCED_INSTANCE_ID])
    expect(harness.heartbeat(memberId, generationId, 'a')).toBe(ErrorCode.NONE)
    expect(harness.leave('', 'a')).toEqual([undefined, ErrorCode.NONE])
    expect(harness.state()).toBe('Empty')
  })

  it('keeps its old id when the new one cannot be written', async () => {
    const harness = new GroupHarness()
    const { memberId, generationId } = await stableStatic(harness)
    harness.log.failure = new KafkaError('KAFKA_STORAGE_ERROR')
    expect(harness.join({ groupInstanceId: 'a' }).now).toMatchObject({
      memberId: '',
      errorCode: ErrorCode.NOT_COORDINATOR,
      leader: memberId
    })
    harness.log.failure = undefined
    expect(harness.heartbeat(memberId, generationId, 'a')).toBe(ErrorCode.NONE)
  })
})
