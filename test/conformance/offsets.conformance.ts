// OffsetCommit, OffsetFetch and OffsetDelete: by members, by simple consumers without a group, by name and by topic id.
import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { offsetCommit } from '../../src/protocol/messages/offset-commit.ts'
import { offsetDelete } from '../../src/protocol/messages/offset-delete.ts'
import { offsetFetch } from '../../src/protocol/messages/offset-fetch.ts'
import { Member, newGroup, protocol, stableGroup, untilRebalancing } from './group-member.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { createTopic, type Topic, topicGone, UNKNOWN_TOPIC_ID } from './topics.ts'
import { eventually, request } from './wire.ts'

interface CommitOptions {
  version?: number
  partition?: number
  leaderEpoch?: number
  metadata?: string | null
  memberId?: string
  generationId?: number
  groupInstanceId?: string | null
}

async function commit(groupId: string, topic: Topic, committedOffset: number, options: CommitOptions = {}) {
  const { version = latest(offsetCommit), partition = 0, metadata = null } = options
  const leaderEpoch = version >= 6 ? { committedLeaderEpoch: options.leaderEpoch ?? -1 } : {}
  const partitions = [{ partitionIndex: partition, committedOffset, committedMetadata: metadata, ...leaderEpoch }]
  const response = await request(offsetCommit, version, {
    groupId,
    generationIdOrMemberEpoch: options.generationId ?? -1,
    memberId: options.memberId ?? '',
    ...(version >= 7 ? { groupInstanceId: options.groupInstanceId ?? null } : {}),
    topics: [version >= 10 ? { topicId: topic.topicId, partitions } : { name: topic.name, partitions }]
  })
  const [answered] = response.topics
  expect(version >= 10 ? answered.topicId : answered.name).toBe(version >= 10 ? topic.topicId : topic.name)
  return errorName(answered.partitions[0].errorCode)
}

interface FetchedOffset {
  error: string
  offset: number
  leaderEpoch: number
  metadata: string | null
}

interface FetchOffsetsOptions {
  version?: number
  partition?: number
  memberId?: string | null
  memberEpoch?: number
  requireStable?: boolean
}

async function committed(groupId: string, topic: Topic, options: FetchOffsetsOptions = {}): Promise<FetchedOffset> {
  const { version = latest(offsetFetch), partition = 0, memberId = null, memberEpoch = -1 } = options
  const partitionIndexes = [partition]
  const stable = version >= 7 ? { requireStable: options.requireStable ?? false } : {}
  if (version >= 8) {
    const topics = [
      version >= 10 ? { topicId: topic.topicId, partitionIndexes } : { name: topic.name, partitionIndexes }
    ]
    const member = version >= 9 ? { memberId, memberEpoch } : {}
    const response = await request(offsetFetch, version, { groups: [{ groupId, ...member, topics }], ...stable })
    const [group] = response.groups
    expect(group.groupId).toBe(groupId)
    return flat(group.errorCode, group.topics)
  }
  const topics = [{ name: topic.name, partitionIndexes }]
  const response = await request(offsetFetch, version, { groupId, topics, ...stable })
  return flat(response.errorCode, response.topics)
}

interface FetchedTopic {
  partitions: readonly {
    errorCode: number
    committedOffset: number
    committedLeaderEpoch: number
    metadata: string | null
  }[]
}

function flat(groupError: number, topics: readonly FetchedTopic[]): FetchedOffset {
  if (topics.length === 0) return { error: errorName(groupError), offset: -1, leaderEpoch: -1, metadata: null }
  const [partition] = topics[0].partitions
  return {
    error: errorName(groupError !== 0 ? groupError : partition.errorCode),
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.metadata
  }
}

describe('OffsetCommit and OffsetFetch', () => {
  testEachVersion(offsetCommit, 'keep an offset without a member', async (version) => {
    const [groupId, topic] = [await newGroup(), await createTopic()]
    expect(await commit(groupId, topic, 42, { version, metadata: 'note', leaderEpoch: 0 })).toBe('NONE')
    expect(await committed(groupId, topic)).toEqual({
      error: 'NONE',
      offset: 42,
      leaderEpoch: version >= 6 ? 0 : -1,
      metadata: 'note'
    })
    expect(await commit(groupId, topic, 7, { version })).toBe('NONE')
    expect(await committed(groupId, topic)).toMatchObject({ offset: 7, leaderEpoch: -1, metadata: '' })
  })

  testEachVersion(offsetFetch, 'give an offset back', async (version) => {
    const [groupId, topic] = [await newGroup(), await createTopic()]
    await commit(groupId, topic, 42, { metadata: 'note', leaderEpoch: 0 })
    expect(await committed(groupId, topic, { version })).toEqual({
      error: 'NONE',
      offset: 42,
      leaderEpoch: version >= 5 ? 0 : -1,
      metadata: 'note'
    })
  })

  testEachVersion(offsetFetch, 'have none for partitions and groups without one', async (version) => {
    const [groupId, topic] = [await newGroup(), await createTopic({ partitions: 2 })]
    const none = { error: 'NONE', offset: -1, leaderEpoch: -1, metadata: '' }
    expect(await committed(groupId, topic, { version })).toEqual(none)
    await commit(groupId, topic, 1)
    expect(await committed(groupId, topic, { version, partition: 1 })).toEqual(none)
    expect(await committed(groupId, topic, { version, partition: 77 })).toEqual(none)
  })

  testEachVersion(
    offsetFetch,
    'give all offsets of a group',
    async (version) => {
      const [groupId, a, b] = [await newGroup(), await createTopic({ partitions: 2 }), await createTopic()]
      await commit(groupId, a, 1, { partition: 0 })
      await commit(groupId, a, 2, { partition: 1 })
      await commit(groupId, b, 3)
      const nameOf = (topic: { name: string; topicId?: string }) =>
        version >= 10 ? (topic.topicId === a.topicId ? 'a' : 'b') : topic.name === a.name ? 'a' : 'b'
      const body = version >= 8 ? { groups: [{ groupId, topics: null }] } : { groupId, topics: null }
      const response = await request(offsetFetch, version, body)
      const topics = version >= 8 ? response.groups[0].topics : response.topics
      const offsets = topics.flatMap((topic) =>
        topic.partitions.map(
          ({ partitionIndex, committedOffset }) => `${nameOf(topic)}-${partitionIndex}: ${committedOffset}`
        )
      )
      expect(offsets.toSorted()).toEqual(['a-0: 1', 'a-1: 2', 'b-0: 3'])
    },
    { from: 2 }
  )

  testEachVersion(
    offsetFetch,
    'answer several groups',
    async (version) => {
      const [first, second, topic] = [await newGroup(), await newGroup(), await createTopic()]
      await commit(first, topic, 1)
      await commit(second, topic, 2)
      const response = await request(offsetFetch, version, {
        groups: [first, second].map((groupId) => ({ groupId, topics: null }))
      })
      const offsets = response.groups.map(({ groupId, topics }) => [groupId, topics[0].partitions[0].committedOffset])
      expect(offsets).toEqual([
        [first, 1],
        [second, 2]
      ])
    },
    { from: 8 }
  )

  testEachVersion(
    offsetFetch,
    'give stable offsets',
    async (version) => {
      const [groupId, topic] = [await newGroup(), await createTopic()]
      await commit(groupId, topic, 5)
      expect(await committed(groupId, topic, { version, requireStable: true })).toMatchObject({
        error: 'NONE',
        offset: 5
      })
    },
    { from: 7 }
  )

  test('say that a topic id is unknown', async () => {
    const [groupId, topic] = [await newGroup(), { name: '', topicId: UNKNOWN_TOPIC_ID }]
    expect(await commit(groupId, topic, 1)).toBe('UNKNOWN_TOPIC_ID')
    expect(await committed(groupId, topic)).toMatchObject({ error: 'UNKNOWN_TOPIC_ID', offset: -1 })
  })

  testEachVersion(offsetCommit, 'refuse a partition that is not there', async (version) => {
    const [groupId, topic] = [await newGroup(), await createTopic()]
    expect(await commit(groupId, topic, 1, { version, partition: 9 })).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })

  testEachVersion(
    offsetCommit,
    'refuse a topic that is not there',
    async (version) => {
      const topic = { name: uniqueName('unknown'), topicId: UNKNOWN_TOPIC_ID }
      expect(await commit(await newGroup(), topic, 1, { version })).toBe('UNKNOWN_TOPIC_OR_PARTITION')
    },
    { to: 9 }
  )

  test('answer each partition by itself', async () => {
    const [groupId, topic] = [await newGroup(), await createTopic()]
    const partitions = [0, 3].map((partitionIndex) => ({ partitionIndex, committedOffset: 1, committedMetadata: null }))
    const response = await request(offsetCommit, 9, {
      groupId,
      generationIdOrMemberEpoch: -1,
      memberId: '',
      topics: [{ name: topic.name, partitions }]
    })
    const errors = response.topics[0].partitions.map(({ partitionIndex, errorCode }) => [
      partitionIndex,
      errorName(errorCode)
    ])
    expect(errors.toSorted()).toEqual([
      [0, 'NONE'],
      [3, 'UNKNOWN_TOPIC_OR_PARTITION']
    ])
    expect(await committed(groupId, topic)).toMatchObject({ offset: 1 })
  })

  testEachVersion(offsetCommit, 'refuse metadata that is too long', async (version) => {
    const [groupId, topic] = [await newGroup(), await createTopic()]
    expect(await commit(groupId, topic, 1, { version, metadata: 'm'.repeat(4096) })).toBe('NONE')
    expect(await commit(groupId, topic, 2, { version, metadata: 'm'.repeat(4097) })).toBe('OFFSET_METADATA_TOO_LARGE')
    expect(await committed(groupId, topic)).toMatchObject({ offset: 1 })
  })

  test('the group id may be empty for offsets alone', async () => {
    await newGroup()
    const topic = await createTopic()
    expect(await commit('', topic, 3)).toMatchInlineSnapshot(`"NONE"`)
    expect((await committed('', topic)).error).toMatchInlineSnapshot(`"NONE"`)
  })

  test('a negative offset', async () => {
    const [groupId, topic] = [await newGroup(), await createTopic()]
    expect(await commit(groupId, topic, -5)).toMatchInlineSnapshot(`"NONE"`)
    expect(await committed(groupId, topic)).toMatchInlineSnapshot(`
      {
        "error": "NONE",
        "leaderEpoch": -1,
        "metadata": "",
        "offset": -5,
      }
    `)
  })

  test('answer empty requests', async () => {
    const groupId = await newGroup()
    const body = { groupId, generationIdOrMemberEpoch: -1, memberId: '', topics: [] }
    expect((await request(offsetCommit, 9, body)).topics).toEqual([])
    expect((await request(offsetFetch, 9, { groups: [] })).groups).toEqual([])
    const response = await request(offsetFetch, 9, { groups: [{ groupId, topics: [] }] })
    expect(response.groups).toMatchObject([{ groupId, topics: [], errorCode: 0 }])
  })

  test('an offset is gone with its topic', async () => {
    const [groupId, topic] = [await newGroup(), await createTopic()]
    await commit(groupId, topic, 5)
    await request(deleteTopics, 6, { topics: [{ name: topic.name }], timeoutMs: 10_000 })
    await topicGone(topic.name)
    const rest = await eventually(async () => {
      const response = await request(offsetFetch, 9, { groups: [{ groupId, topics: null }] })
      return response.groups[0].topics.length === 0 ? true : undefined
    }, 'the offset is gone')
    expect(rest).toBe(true)
  })
})

describe('A member’s commit', () => {
  testEachVersion(offsetCommit, 'is kept, and fenced by member, generation and instance', async (version) => {
    const topic = await createTopic()
    const member = await stableGroup()
    const { groupId, memberId, generationId } = member
    expect(await commit(groupId, topic, 5, { version, memberId, generationId })).toBe('NONE')
    expect(await committed(groupId, topic)).toMatchObject({ offset: 5 })
    expect(await commit(groupId, topic, 6, { version, memberId, generationId: 9 })).toBe('ILLEGAL_GENERATION')
    expect(await commit(groupId, topic, 6, { version, memberId: 'stranger', generationId })).toBe('UNKNOWN_MEMBER_ID')
    expect(await commit(groupId, topic, 6, { version })).toBe('UNKNOWN_MEMBER_ID')
    if (version >= 7) {
      const groupInstanceId = 'nobody'
      expect(await commit(groupId, topic, 6, { version, memberId, generationId, groupInstanceId })).toBe(
        'UNKNOWN_MEMBER_ID'
      )
    }
    expect(await committed(groupId, topic)).toMatchObject({ offset: 5 })
  })

  testEachVersion(offsetCommit, 'to a group that is not there', async (version) => {
    const topic = await createTopic()
    const groupId = await newGroup()
    expect(await commit(groupId, topic, 5, { version, memberId: 'stranger', generationId: 3 })).toBe(
      version >= 9 ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION'
    )
  })

  test('is taken while the group rebalances, and refused while it waits for its parts', async () => {
    const topic = await createTopic()
    const member = await stableGroup()
    const other = await Member.create(member.groupId)
    const joining = other.join()
    await untilRebalancing(member)
    const { groupId, memberId } = member
    expect(await commit(groupId, topic, 5, { memberId, generationId: member.generationId })).toBe('NONE')
    await member.join()
    await joining
    expect(await commit(groupId, topic, 6, { memberId, generationId: member.generationId })).toBe(
      'REBALANCE_IN_PROGRESS'
    )
  })

  test('is taken from anybody when the group is empty', async () => {
    const topic = await createTopic()
    const member = await stableGroup()
    await member.leave()
    expect(await commit(member.groupId, topic, 5)).toBe('NONE')
  })

  test('a member and its epoch are not looked at in a classic group when offsets are fetched', async () => {
    const topic = await createTopic()
    const member = await stableGroup()
    const fetched = await committed(member.groupId, topic, { memberId: 'stranger', memberEpoch: 5 })
    expect(fetched.error).toMatchInlineSnapshot(`"NONE"`)
  })
})

describe('OffsetDelete', () => {
  async function remove(groupId: string, topic: Pick<Topic, 'name'>, partitions: readonly number[]) {
    const response = await request(offsetDelete, 0, {
      groupId,
      topics: [{ name: topic.name, partitions: partitions.map((partitionIndex) => ({ partitionIndex })) }]
    })
    const inner = response.topics.flatMap((entry) =>
      entry.partitions.map(({ partitionIndex, errorCode }) => `${partitionIndex}: ${errorName(errorCode)}`)
    )
    return [errorName(response.errorCode), ...inner]
  }

  test('takes offsets out of a group', async () => {
    const [groupId, topic] = [await newGroup(), await createTopic({ partitions: 2 })]
    for (const partition of [0, 1]) await commit(groupId, topic, 5, { partition })
    expect(await remove(groupId, topic, [0])).toEqual(['NONE', '0: NONE'])
    expect(await committed(groupId, topic)).toMatchObject({ offset: -1 })
    expect(await committed(groupId, topic, { partition: 1 })).toMatchObject({ offset: 5 })
  })

  test('is done with an offset that is not there', async () => {
    const [groupId, topic] = [await newGroup(), await createTopic({ partitions: 2 })]
    await commit(groupId, topic, 5)
    expect(await remove(groupId, topic, [1])).toMatchInlineSnapshot(`
      [
        "NONE",
        "1: NONE",
      ]
    `)
  })

  test('says that topic or partition are unknown', async () => {
    const [groupId, topic] = [await newGroup(), await createTopic()]
    await commit(groupId, topic, 5)
    expect(await remove(groupId, { name: uniqueName('unknown') }, [0])).toMatchInlineSnapshot(`
      [
        "NONE",
        "0: UNKNOWN_TOPIC_OR_PARTITION",
      ]
    `)
    expect(await remove(groupId, topic, [8])).toMatchInlineSnapshot(`
      [
        "NONE",
        "8: UNKNOWN_TOPIC_OR_PARTITION",
      ]
    `)
  })

  test('says that a group is unknown, or no group', async () => {
    const topic = await createTopic()
    expect(await remove(await newGroup(), topic, [0])).toMatchInlineSnapshot(`
      [
        "GROUP_ID_NOT_FOUND",
      ]
    `)
    expect(await remove('', topic, [0])).toMatchInlineSnapshot(`
      [
        "INVALID_GROUP_ID",
      ]
    `)
  })

  test('does not touch a topic that members read', async () => {
    const topic = await createTopic()
    const member = await stableGroup({ protocols: [protocol('range', topic.name)] })
    const { groupId, memberId, generationId } = member
    await commit(groupId, topic, 5, { memberId, generationId })
    expect(await remove(groupId, topic, [0])).toEqual(['NONE', '0: GROUP_SUBSCRIBED_TO_TOPIC'])
    expect(await committed(groupId, topic)).toMatchObject({ offset: 5 })
  })

  test('is refused in a group of another protocol that is not empty', async () => {
    const topic = await createTopic()
    const member = await Member.create(await newGroup())
    await member.join({ protocolType: 'connect', protocols: [protocol('default')] })
    expect(await remove(member.groupId, topic, [0])).toMatchInlineSnapshot(`
      [
        "NON_EMPTY_GROUP",
      ]
    `)
  })
})
