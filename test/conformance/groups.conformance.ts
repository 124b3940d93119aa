// DescribeGroups, ListGroups and DeleteGroups.
import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { deleteGroups } from '../../src/protocol/messages/delete-groups.ts'
import { describeGroups } from '../../src/protocol/messages/describe-groups.ts'
import { listGroups } from '../../src/protocol/messages/list-groups.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { Member, newGroup, protocol, stableGroup, stablePair, subscription, untilRebalancing } from './group-member.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { createTopic } from './topics.ts'
import { request } from './wire.ts'

async function describeGroup(groupId: string, version = latest(describeGroups)) {
  const response = await request(describeGroups, version, { groups: [groupId] })
  expect(response.throttleTimeMs).toBe(0)
  const { errorCode, ...group } = response.groups[0]
  return { error: errorName(errorCode), ...group }
}

async function commitOffset(groupId: string) {
  const topic = await createTopic()
  const partitions = [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }]
  await request(offsetCommit, 9, {
    groupId,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    topics: [{ name: topic.name, partitions }]
  })
}

describe('DescribeGroups', () => {
  testEachVersion(describeGroups, 'shows a stable group', async (version) => {
    const member = await Member.create(await newGroup(), 'shown-client')
    const instance = version >= 4 ? 'shown-instance' : null
    await member.join({ protocols: [protocol('range', 'wants')], groupInstanceId: instance })
    await member.sync({ [member.memberId]: 'has' })
    expect(await describeGroup(member.groupId, version)).toEqual({
      error: 'NONE',
      errorMessage: null,
      groupId: member.groupId,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
      members: [
        {
          memberId: member.memberId,
          groupInstanceId: instance,
          clientId: 'shown-client',
          clientHost: '/127.0.0.1',
          memberMetadata: subscription('wants'),
          memberAssignment: Buffer.from('has')
        }
      ],
      authorizedOperations: -2147483648
    })
  })

  testEachVersion(describeGroups, 'says that a group is not there', async (version) => {
    const groupId = await newGroup()
    const described = await describeGroup(groupId, version)
    expect(described).toMatchObject({
      error: version >= 6 ? 'GROUP_ID_NOT_FOUND' : 'NONE',
      groupId,
      groupState: 'Dead',
      protocolType: '',
      protocolData: '',
      members: []
    })
    expect(described.errorMessage).toBe(version >= 6 ? `Group ${groupId} not found.` : null)
  })

  testEachVersion(describeGroups, 'shows the states of a group', async (version) => {
    const state = async (groupId: string) => (await describeGroup(groupId, version)).groupState
    const member = await Member.create(await newGroup())
    await member.join()
    expect(await state(member.groupId)).toBe('CompletingRebalance')
    await member.sync({ [member.memberId]: 'all' })
    expect(await state(member.groupId)).toBe('Stable')
    const other = await Member.create(member.groupId)
    const joining = other.join()
    await untilRebalancing(member)
    expect(await state(member.groupId)).toBe('PreparingRebalance')
    await member.join()
    await joining
    await member.leave()
    await other.leave()
    expect(await describeGroup(member.groupId, version)).toMatchObject({
      groupState: 'Empty',
      protocolType: 'consumer',
      protocolData: '',
      members: []
    })
  })

  test('shows neither protocol nor metadata while the group rebalances', async () => {
    const member = await Member.create(await newGroup())
    await member.join({ protocols: [protocol('range', 'wants')] })
    const described = await describeGroup(member.groupId)
    expect([described.protocolData, described.members[0].memberMetadata.length]).toMatchInlineSnapshot(`
      [
        "",
        0,
      ]
    `)
  })

  test('shows a group that only has offsets', async () => {
    const groupId = await newGroup()
    await commitOffset(groupId)
    expect(await describeGroup(groupId)).toMatchObject({
      error: 'NONE',
      groupState: 'Empty',
      protocolType: '',
      members: []
    })
  })

  test('answers several groups', async () => {
    const [a, b] = [await stableGroup(), await stableGroup()]
    const response = await request(describeGroups, 5, { groups: [b.groupId, a.groupId] })
    const states = response.groups.map(({ groupId, groupState, errorCode }) => [
      groupId,
      groupState,
      errorName(errorCode)
    ])
    const sorted = states.toSorted((x, y) => (x[0] < y[0] ? -1 : 1))
    expect(sorted).toEqual(
      [
        [a.groupId, 'Stable', 'NONE'],
        [b.groupId, 'Stable', 'NONE']
      ].toSorted((x, y) => (x[0] < y[0] ? -1 : 1))
    )
  })

  testEachVersion(
    describeGroups,
    'gives the authorized operations on request',
    async (version) => {
      const member = await stableGroup()
      const response = await request(describeGroups, version, {
        groups: [member.groupId],
        includeAuthorizedOperations: true
      })
      expect(response.groups[0].authorizedOperations).toMatchInlineSnapshot(`3400`)
    },
    { from: 3 }
  )
})

describe('ListGroups', () => {
  testEachVersion(listGroups, 'lists groups with their protocol type', async (version) => {
    const member = await stableGroup()
    const response = await request(listGroups, version, {})
    expect(errorName(response.errorCode)).toBe('NONE')
    expect(response.groups.find(({ groupId }) => groupId === member.groupId)).toEqual({
      groupId: member.groupId,
      protocolType: 'consumer',
      groupState: version >= 4 ? 'Stable' : '',
      groupType: version >= 5 ? 'classic' : ''
    })
  })

  testEachVersion(
    listGroups,
    'filters by state, in any case',
    async (version) => {
      const [stable, empty] = [await stableGroup(), await stableGroup()]
      await empty.leave()
      const listed = async (...statesFilter: string[]) => {
        const { groups, errorCode } = await request(listGroups, version, { statesFilter })
        expect(errorCode).toBe(0)
        const ids = groups.map(({ groupId }) => groupId)
        return [ids.includes(stable.groupId), ids.includes(empty.groupId)]
      }
      expect(await listed('Stable')).toEqual([true, false])
      expect(await listed('Empty')).toEqual([false, true])
      expect(await listed('Stable', 'Empty')).toEqual([true, true])
      expect(await listed('sTABLE')).toEqual([true, false])
      expect(await listed('NoSuchState')).toEqual([false, false])
    },
    { from: 4 }
  )

  test('filters by type', async () => {
    const member = await stableGroup()
    const listed = async (...typesFilter: string[]) => {
      const response = await request(listGroups, 5, { typesFilter })
      const found = response.groups.some(({ groupId }) => groupId === member.groupId)
      return [errorName(response.errorCode), found]
    }
    expect(await listed('classic')).toEqual(['NONE', true])
    expect(await listed('Classic')).toEqual(['NONE', true])
    expect(await listed('consumer')).toEqual(['NONE', false])
    expect(await listed('no-such-type')).toMatchInlineSnapshot(`
      [
        "NONE",
        false,
      ]
    `)
  })

  test('lists a group that only has offsets', async () => {
    const groupId = await newGroup()
    await commitOffset(groupId)
    const { groups } = await request(listGroups, 5, {})
    expect(groups.find((group) => group.groupId === groupId)).toEqual({
      groupId,
      protocolType: '',
      groupState: 'Empty',
      groupType: 'classic'
    })
  })

  test('does not list a group that was only asked for', async () => {
    const groupId = await newGroup()
    await describeGroup(groupId)
    const { groups } = await request(listGroups, 5, {})
    expect(groups.some((group) => group.groupId === groupId)).toBe(false)
  })
})

describe('DeleteGroups', () => {
  const remove = async (groupsNames: readonly string[], version = latest(deleteGroups)) => {
    const response = await request(deleteGroups, version, { groupsNames })
    return Object.fromEntries(response.results.map(({ groupId, errorCode }) => [groupId, errorName(errorCode)]))
  }

  testEachVersion(deleteGroups, 'deletes an empty group with its offsets', async (version) => {
    const groupId = await newGroup()
    await commitOffset(groupId)
    expect(await remove([groupId], version)).toEqual({ [groupId]: 'NONE' })
    expect((await describeGroup(groupId)).groupState).toBe('Dead')
    expect(await remove([groupId], version)).toEqual({ [groupId]: 'GROUP_ID_NOT_FOUND' })
  })

  testEachVersion(deleteGroups, 'does not delete a group with members', async (version) => {
    const [leader, follower] = await stablePair()
    expect(await remove([leader.groupId], version)).toEqual({ [leader.groupId]: 'NON_EMPTY_GROUP' })
    await leader.leave()
    await follower.leave()
    expect(await remove([leader.groupId], version)).toEqual({ [leader.groupId]: 'NONE' })
  })

  testEachVersion(deleteGroups, 'judges each group by itself', async (version) => {
    const [empty, unknown, stable] = [await newGroup(), await newGroup(), await stableGroup()]
    await commitOffset(empty)
    expect(await remove([empty, unknown, stable.groupId], version)).toEqual({
      [empty]: 'NONE',
      [unknown]: 'GROUP_ID_NOT_FOUND',
      [stable.groupId]: 'NON_EMPTY_GROUP'
    })
  })

  test('answers an empty request', async () => {
    expect(await remove([])).toEqual({})
  })
})
