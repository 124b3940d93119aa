// JoinGroup and SyncGroup: how members come together. Rebalances of two are in group-rebalance.
import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import { Member, newGroup, protocol, stableGroup, stablePair, subscription, untilRebalancing } from './group-member.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { sleep } from './wire.ts'

const joinError = async (member: Member, options: Parameters<Member['tryJoin']>[0] = {}) =>
  errorName((await member.tryJoin(options)).errorCode)

describe('JoinGroup', () => {
  testEachVersion(joinGroup, 'makes the first member the leader', async (version) => {
    const member = await Member.create(await newGroup(), 'first-client')
    const protocols = [protocol('range', 'a'), protocol('sticky', 'b')]
    const response = await member.join({ version, protocols })
    expect(response).toEqual({
      throttleTimeMs: 0,
      errorCode: 0,
      generationId: 1,
      protocolType: version >= 7 ? 'consumer' : null,
      protocolName: 'range',
      leader: response.memberId,
      skipAssignment: false,
      memberId: expect.stringMatching(/^first-client-[0-9a-f-]{36}$/),
      members: [{ memberId: response.memberId, groupInstanceId: null, metadata: subscription('a') }]
    })
  })

  testEachVersion(
    joinGroup,
    'gives a dynamic member its id first',
    async (version) => {
      const member = await Member.create(await newGroup())
      const response = await member.tryJoin({ version })
      expect(errorName(response.errorCode)).toBe('MEMBER_ID_REQUIRED')
      expect(response.memberId).toMatch(/^member-[0-9a-f-]{36}$/)
      expect(response).toMatchObject({ generationId: -1, leader: '', members: [], protocolType: null })
      expect(response.protocolName).toBe(version >= 7 ? null : '')
    },
    { from: 4 }
  )

  testEachVersion(
    joinGroup,
    'takes a member without an id at once',
    async (version) => {
      const member = await Member.create(await newGroup())
      expect(await joinError(member, { version })).toBe('NONE')
    },
    { to: 3 }
  )

  testEachVersion(
    joinGroup,
    'takes a static member without an id at once',
    async (version) => {
      const member = await Member.create(await newGroup())
      const response = await member.tryJoin({ version, groupInstanceId: 'instance-1' })
      expect(errorName(response.errorCode)).toBe('NONE')
      expect(response.memberId).toMatch(/^instance-1-[0-9a-f-]{36}$/)
      expect(response.members).toEqual([
        { memberId: response.memberId, groupInstanceId: 'instance-1', metadata: subscription() }
      ])
    },
    { from: 5 }
  )

  testEachVersion(joinGroup, 'starts a new generation when the leader joins again', async (version) => {
    const member = await Member.create(await newGroup())
    await member.join({ version })
    await member.sync({ [member.memberId]: 'all' })
    expect((await member.join({ version })).generationId).toBe(2)
  })

  testEachVersion(joinGroup, 'refuses an empty group id', async (version) => {
    await newGroup()
    const member = await Member.create('')
    expect(await joinError(member, { version })).toBe('INVALID_GROUP_ID')
  })

  testEachVersion(joinGroup, 'refuses session timeouts out of bounds', async (version) => {
    const member = await Member.create(await newGroup())
    for (const sessionTimeoutMs of [0, 499, 1_800_001]) {
      expect(await joinError(member, { version, sessionTimeoutMs })).toBe('INVALID_SESSION_TIMEOUT')
    }
  })

  testEachVersion(joinGroup, 'refuses a member it does not know', async (version) => {
    const member = await Member.create(await newGroup())
    expect(await joinError(member, { version, memberId: 'stranger' })).toBe('UNKNOWN_MEMBER_ID')
    const known = await stableGroup()
    const stranger = await Member.create(known.groupId)
    expect(await joinError(stranger, { version, memberId: 'stranger' })).toBe('UNKNOWN_MEMBER_ID')
  })

  testEachVersion(joinGroup, 'refuses no protocols and no protocol type', async (version) => {
    const member = await Member.create(await newGroup())
    expect(await joinError(member, { version, protocols: [] })).toBe('INCONSISTENT_GROUP_PROTOCOL')
    expect(await joinError(member, { version, protocolType: '' })).toBe('INCONSISTENT_GROUP_PROTOCOL')
  })

  testEachVersion(joinGroup, 'refuses a protocol that the others do not have', async (version) => {
    const known = await stableGroup()
    const stranger = await Member.create(known.groupId)
    expect(await joinError(stranger, { version, protocols: [protocol('other')] })).toBe('INCONSISTENT_GROUP_PROTOCOL')
    expect(await joinError(stranger, { version, protocolType: 'connect' })).toBe('INCONSISTENT_GROUP_PROTOCOL')
  })

  test('refuses more members than group.max.size', async () => {
    const [leader, follower] = await stablePair()
    const others = [await Member.create(leader.groupId), await Member.create(leader.groupId)]
    const joining = others.map((member) => member.join())
    await untilRebalancing(leader)
    // Both newcomers must be waiting when the members come back, or one is left for the next round.
    await sleep(300)
    const [led] = await Promise.all([leader.join(), follower.join(), ...joining])
    expect(led.members).toHaveLength(4)
    const fifth = await Member.create(leader.groupId)
    expect(await joinError(fifth)).toBe('GROUP_MAX_SIZE_REACHED')
    expect(await joinError(fifth, { version: 3 })).toBe('GROUP_MAX_SIZE_REACHED')
  })

  test('the id of a member must be used within its session', async () => {
    const member = await Member.create(await newGroup())
    await member.tryJoin({ sessionTimeoutMs: 500 })
    await sleep(1500)
    expect(await joinError(member, { sessionTimeoutMs: 500 })).toBe('UNKNOWN_MEMBER_ID')
  })

  test('is refused by a group that was left, then taken as a new one', async () => {
    const member = await stableGroup()
    await member.leave()
    expect(await joinError(member)).toBe('UNKNOWN_MEMBER_ID')
    expect((await member.join({ memberId: '' }).catch(() => member.join())).generationId).toBeGreaterThanOrEqual(1)
  })
})

describe('SyncGroup', () => {
  testEachVersion(syncGroup, 'gives the leader its own assignment', async (version) => {
    const member = await Member.create(await newGroup())
    await member.join()
    expect(await member.sync({ [member.memberId]: 'mine' }, { version })).toEqual({
      throttleTimeMs: 0,
      errorCode: 0,
      protocolType: version >= 5 ? 'consumer' : null,
      protocolName: version >= 5 ? 'range' : null,
      assignment: Buffer.from('mine')
    })
    // Asked again in the stable group, it answers the same.
    expect((await member.sync({}, { version })).assignment).toEqual(Buffer.from('mine'))
  })

  testEachVersion(syncGroup, 'gives an empty assignment to a member that the leader left out', async (version) => {
    const member = await Member.create(await newGroup())
    await member.join()
    const response = await member.sync({}, { version })
    expect([errorName(response.errorCode), response.assignment.length]).toEqual(['NONE', 0])
  })

  testEachVersion(syncGroup, 'refuses what does not belong to the group', async (version) => {
    const member = await stableGroup()
    const body = (change: object) => ({
      groupId: member.groupId,
      generationId: member.generationId,
      memberId: member.memberId,
      ...(version >= 5 ? { protocolType: 'consumer', protocolName: 'range' } : {}),
      assignments: [],
      ...change
    })
    const syncError = async (change: object) =>
      errorName((await member.connection.request(syncGroup, version, body(change))).errorCode)
    expect(await syncError({ memberId: 'stranger' })).toBe('UNKNOWN_MEMBER_ID')
    expect(await syncError({ generationId: 7 })).toBe('ILLEGAL_GENERATION')
    expect(await syncError({ generationId: -1 })).toBe('ILLEGAL_GENERATION')
    expect(await syncError({ groupId: `${member.groupId}-none` })).toBe('UNKNOWN_MEMBER_ID')
    expect(await syncError({ groupId: '' })).toBe('INVALID_GROUP_ID')
    if (version < 5) return
    expect(await syncError({ protocolType: 'connect' })).toBe('INCONSISTENT_GROUP_PROTOCOL')
    expect(await syncError({ protocolName: 'other' })).toBe('INCONSISTENT_GROUP_PROTOCOL')
  })

  test('wants protocol type and name from version 5 on', async () => {
    const member = await stableGroup()
    const response = await member.connection.request(syncGroup, latest(syncGroup), {
      groupId: member.groupId,
      generationId: member.generationId,
      memberId: member.memberId,
      assignments: []
    })
    expect(errorName(response.errorCode)).toBe('INCONSISTENT_GROUP_PROTOCOL')
  })
})
