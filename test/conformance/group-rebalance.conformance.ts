// What happens to a group of two: joining, leaving, dying, choosing a protocol, and members with a fixed name.
import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { leaveGroup } from '../../src/protocol/messages/leave-group.ts'
import { Member, newGroup, protocol, stableGroup, stablePair, subscription, untilRebalancing } from './group-member.ts'
import { testEachVersion } from './served-versions.ts'
import { sleep } from './wire.ts'

describe('A second member', () => {
  testEachVersion(joinGroup, 'makes the first join again, and both get their part', async (version) => {
    const leader = await stableGroup({ version })
    const follower = await Member.create(leader.groupId)
    const joining = follower.join({ version })
    await untilRebalancing(leader)
    const [led, followed] = [await leader.join({ version }), await joining]

    expect([led.generationId, followed.generationId]).toEqual([2, 2])
    expect(led.leader).toBe(leader.memberId)
    expect(followed.leader).toBe(leader.memberId)
    expect(led.members.map(({ memberId }) => memberId).toSorted()).toEqual(
      [leader.memberId, follower.memberId].toSorted()
    )
    expect(followed.members).toEqual([])

    const following = follower.sync()
    await sleep(50)
    const mine = await leader.sync({ [leader.memberId]: 'left', [follower.memberId]: 'right' })
    expect(mine.assignment.toString()).toBe('left')
    expect((await following).assignment.toString()).toBe('right')
    expect([await leader.heartbeat(), await follower.heartbeat()]).toEqual(['NONE', 'NONE'])
  })

  test('joins when the first one is gone for its rebalance timeout', async () => {
    const first = await stableGroup({ rebalanceTimeoutMs: 600 })
    const second = await Member.create(first.groupId)
    const start = performance.now()
    const joined = await second.join({ rebalanceTimeoutMs: 600 })
    expect(performance.now() - start).toBeGreaterThan(300)
    expect(joined.leader).toBe(second.memberId)
    expect(joined.members).toHaveLength(1)
    expect(await first.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
  })

  test('takes over when the session of the first one ends', async () => {
    const [leader, follower] = await stablePair({ sessionTimeoutMs: 1000 })
    const start = performance.now()
    // The leader is silent from here on.
    for (;;) {
      const answer = await follower.heartbeat()
      if (answer === 'REBALANCE_IN_PROGRESS') break
      expect(answer).toBe('NONE')
      await sleep(100)
    }
    expect(performance.now() - start).toBeGreaterThan(500)
    expect(performance.now() - start).toBeLessThan(5000)
    const joined = await follower.join({ sessionTimeoutMs: 1000 })
    expect(joined.leader).toBe(follower.memberId)
    expect(await leader.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
  })

  test('leaves, and the first one has everything again', async () => {
    const [leader, follower] = await stablePair()
    expect(await follower.leave()).toBe('NONE')
    expect(await leader.heartbeat()).toBe('REBALANCE_IN_PROGRESS')
    const joined = await leader.join()
    expect([joined.generationId, joined.members.length]).toEqual([3, 1])
    expect(await follower.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
  })

  test('the leader leaves, and the other one leads', async () => {
    const [leader, follower] = await stablePair()
    await leader.leave()
    const joined = await follower.join()
    expect(joined.leader).toBe(follower.memberId)
  })

  test('is told that the leader went before it gave out parts', async () => {
    const leader = await stableGroup()
    const follower = await Member.create(leader.groupId)
    const joining = follower.join()
    await untilRebalancing(leader)
    await leader.join()
    await joining
    const following = follower.sync()
    await sleep(50)
    await leader.leave()
    expect(errorName((await following).errorCode)).toBe('REBALANCE_IN_PROGRESS')
  })

  test('joining again without change does not move a follower', async () => {
    const [leader, follower] = await stablePair()
    const again = await follower.join()
    expect(again.generationId).toBe(2)
    expect(await leader.heartbeat()).toBe('NONE')
  })

  test('joining again with other metadata starts a rebalance', async () => {
    const [leader, follower] = await stablePair()
    const joining = follower.join({ protocols: [protocol('range', 'other-topic')] })
    await untilRebalancing(leader)
    const joined = await leader.join()
    await joining
    expect(joined.members.find(({ memberId }) => memberId === follower.memberId)?.metadata).toEqual(
      subscription('other-topic')
    )
  })

  test('syncing with the generation before is refused', async () => {
    const [, follower] = await stablePair()
    follower.generationId -= 1
    expect(errorName((await follower.sync()).errorCode)).toBe('ILLEGAL_GENERATION')
  })
})

describe('The protocol of a group', () => {
  const pairWith = async (first: readonly string[], second: readonly string[]) => {
    const protocols = [first, second].map((names) => names.map((name) => protocol(name, `${name}-topic`)))
    const leader = await stableGroup({ protocols: protocols[0] })
    const follower = await Member.create(leader.groupId)
    const joining = follower.join({ protocols: protocols[1] })
    await untilRebalancing(leader)
    const led = await leader.join({ protocols: protocols[0] })
    await joining
    return led
  }

  test('is one that all members have', async () => {
    const led = await pairWith(['a', 'b'], ['c', 'b'])
    expect(led.protocolName).toBe('b')
    expect(led.members.map(({ metadata }) => metadata)).toEqual([subscription('b-topic'), subscription('b-topic')])
  })

  test('is the one that most prefer, by votes', async () => {
    const leader = await stableGroup({ protocols: [protocol('a'), protocol('b')] })
    const others = [await Member.create(leader.groupId), await Member.create(leader.groupId)]
    const options = { protocols: [protocol('b'), protocol('a')] }
    const joining = others.map((member) => member.join(options))
    await untilRebalancing(leader)
    await sleep(300)
    const led = await leader.join({ protocols: [protocol('a'), protocol('b')] })
    await Promise.all(joining)
    expect(led.protocolName).toBe('b')
  })
})

describe('Heartbeat', () => {
  testEachVersion(heartbeat, 'keeps a member, and refuses what does not belong to the group', async (version) => {
    const member = await stableGroup()
    expect(await member.heartbeat({ version })).toBe('NONE')
    expect(await member.heartbeat({ version, generationId: 0 })).toBe('ILLEGAL_GENERATION')
    expect(await member.heartbeat({ version, generationId: 2 })).toBe('ILLEGAL_GENERATION')
    expect(await member.heartbeat({ version, memberId: 'stranger' })).toBe('UNKNOWN_MEMBER_ID')
    const nobody = await Member.create(await newGroup())
    expect(await nobody.heartbeat({ version, memberId: 'stranger' })).toBe('UNKNOWN_MEMBER_ID')
    const nowhere = await Member.create('')
    expect(await nowhere.heartbeat({ version, memberId: 'stranger' })).toBe('INVALID_GROUP_ID')
  })

  test('is answered while the group waits for the leader', async () => {
    const member = await Member.create(await newGroup())
    await member.join()
    expect(await member.heartbeat()).toBe('NONE')
  })
})

describe('LeaveGroup', () => {
  testEachVersion(leaveGroup, 'takes a member out', async (version) => {
    const member = await stableGroup()
    expect(await member.leave(version)).toBe('NONE')
    expect(await member.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
    expect(await member.leave(version)).toBe('UNKNOWN_MEMBER_ID')
  })

  testEachVersion(leaveGroup, 'says that a group is unknown, or no group', async (version) => {
    const member = await Member.create(await newGroup())
    member.memberId = 'stranger'
    expect(await member.leave(version)).toBe('UNKNOWN_MEMBER_ID')
    const nowhere = await Member.create('')
    nowhere.memberId = 'stranger'
    expect(await nowhere.leave(version)).toBe('INVALID_GROUP_ID')
  })

  testEachVersion(
    leaveGroup,
    'takes several members out, each with its own answer',
    async (version) => {
      const [leader, follower] = await stablePair()
      const response = await leader.connection.request(leaveGroup, version, {
        groupId: leader.groupId,
        members: [leader, { memberId: 'stranger' }, follower].map(({ memberId }) => ({
          memberId,
          groupInstanceId: null
        }))
      })
      expect(errorName(response.errorCode)).toBe('NONE')
      expect(response.members.map(({ memberId, errorCode }) => [memberId, errorName(errorCode)])).toEqual([
        [leader.memberId, 'NONE'],
        ['stranger', 'UNKNOWN_MEMBER_ID'],
        [follower.memberId, 'NONE']
      ])
    },
    { from: 3 }
  )
})

describe('A static member', () => {
  const staticMember = async (groupId: string, groupInstanceId: string) => {
    const member = await Member.create(groupId)
    member.groupInstanceId = groupInstanceId
    return member
  }
  const stableStatic = async () => {
    const member = await staticMember(await newGroup(), 'one')
    await member.join()
    await member.sync({ [member.memberId]: 'all' })
    return member
  }

  test('comes back under a new id, without a rebalance, and fences the old one', async () => {
    const before = await stableStatic()
    const after = await staticMember(before.groupId, 'one')
    const joined = await after.tryJoin()
    expect(errorName(joined.errorCode)).toBe('NONE')
    expect(joined.memberId).not.toBe(before.memberId)
    expect({ ...joined, memberId: '', leader: '', members: joined.members.length }).toMatchInlineSnapshot(`
      {
        "errorCode": 0,
        "generationId": 1,
        "leader": "",
        "memberId": "",
        "members": 1,
        "protocolName": "range",
        "protocolType": "consumer",
        "skipAssignment": true,
        "throttleTimeMs": 0,
      }
    `)
    expect(joined.leader === joined.memberId ? 'new id' : 'old id').toMatchInlineSnapshot(`"new id"`)
    expect(await before.heartbeat()).toBe('FENCED_INSTANCE_ID')
    expect((await after.sync()).assignment.toString()).toBe('all')
  })

  test('comes back with another subscription, which alone does not start a rebalance', async () => {
    const before = await stableStatic()
    const after = await staticMember(before.groupId, 'one')
    const joined = await after.tryJoin({ protocols: [protocol('range', 'other-topic')] })
    expect([errorName(joined.errorCode), joined.generationId, joined.members.length]).toEqual(['NONE', 1, 1])
  })

  test('is refused under the id of another', async () => {
    const member = await stableStatic()
    expect(await member.heartbeat({ memberId: 'stranger' })).toBe('FENCED_INSTANCE_ID')
    expect(await member.heartbeat({ groupInstanceId: 'nobody' })).toBe('UNKNOWN_MEMBER_ID')
    const other = await staticMember(member.groupId, 'one')
    expect(errorName((await other.tryJoin({ memberId: 'stranger' })).errorCode)).toBe('FENCED_INSTANCE_ID')
  })

  test('can be removed by its name alone', async () => {
    const member = await stableStatic()
    const removed = await member.connection.request(leaveGroup, 5, {
      groupId: member.groupId,
      members: [
        { memberId: '', groupInstanceId: 'one' },
        { memberId: '', groupInstanceId: 'nobody' }
      ]
    })
    expect(removed.members.map(({ groupInstanceId, errorCode }) => [groupInstanceId, errorName(errorCode)])).toEqual([
      ['one', 'NONE'],
      ['nobody', 'UNKNOWN_MEMBER_ID']
    ])
    expect(await member.heartbeat()).toBe('UNKNOWN_MEMBER_ID')
  })

  test('two of them share a group', async () => {
    const first = await stableStatic()
    const second = await staticMember(first.groupId, 'two')
    const joining = second.join()
    await untilRebalancing(first)
    const led = await first.join()
    await joining
    expect(led.members.map(({ groupInstanceId }) => groupInstanceId).toSorted()).toEqual(['one', 'two'])
  })
})
