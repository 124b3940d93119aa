// OffsetCommit, OffsetFetch, OffsetDelete, DeleteGroups, DescribeGroups and ListGroups.
import { describe, expect, it } from 'vitest'
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { GROUP, GroupHarness, immediate, Pending, settle, subscription } from '../testing/group-harness.ts'

const TOPIC_ID = 'bW9yZSB0aGFuIG9uZSBpZA'
const OTHER_ID = 'b3RoZXIgdG9waWMgaWQgIQ'

function commitWith(harness: GroupHarness, partition: Record<string, unknown>, topicId = ZERO_UUID) {
  const defaults = { partitionIndex: 0, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: '' }
  return harness.commit({}, { topics: [{ name: 't', topicId, partitions: [{ ...defaults, ...partition }] }] })
}

const fetchOne = (harness: GroupHarness, topicId = ZERO_UUID, requireStable = false) =>
  harness.groups.fetchOffsets(
    { groupId: GROUP, topics: [{ name: 't', topicId, partitionIndexes: [0] }] },
    requireStable
  ).topics![0].partitions![0]

const NOTHING = {
  partitionIndex: 0,
  errorCode: ErrorCode.NONE,
  committedOffset: -1,
  committedLeaderEpoch: -1,
  metadata: ''
}

describe('OffsetCommit', () => {
  it('keeps offset, leader epoch and metadata', () => {
    const harness = new GroupHarness()
    commitWith(harness, { committedOffset: 42, committedLeaderEpoch: 3, committedMetadata: 'note' })
    const committed = { committedOffset: 42, committedLeaderEpoch: 3, metadata: 'note' }
    expect(fetchOne(harness)).toMatchObject(committed)
    harness.restart()
    expect(fetchOne(harness)).toMatchObject(committed)
  })

  it('makes a simple group of whoever has no members', () => {
    const harness = new GroupHarness()
    expect(harness.commit({ 0: 1, 1: 2 })).toEqual([0, 0])
    const listed = harness.groups.listGroups({ statesFilter: [], typesFilter: [] })
    expect(listed).toEqual([{ groupId: GROUP, protocolType: '', groupState: 'Empty', groupType: 'classic' }])
    expect(harness.log.batches).toHaveLength(1)
  })

  it('refuses those who are not of the group', async () => {
    const harness = new GroupHarness()
    const error = (request: Parameters<GroupHarness['commit']>[1], apiVersion = 9) =>
      harness.commit({ 0: 1 }, request, apiVersion)[0]
    expect(error({ generationIdOrMemberEpoch: 1, memberId: 'm' })).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    expect(error({ generationIdOrMemberEpoch: 1, memberId: 'm' }, 8)).toBe(ErrorCode.ILLEGAL_GENERATION)
    const { ids, generationId } = await harness.stableGroup(1)
    expect(error({})).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(error({ generationIdOrMemberEpoch: generationId, memberId: 'who' })).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    expect(error({ generationIdOrMemberEpoch: generationId + 1, memberId: ids[0] })).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect(error({ memberId: ids[0] })).toBe(ErrorCode.ILLEGAL_GENERATION)
    expect(error({ generationIdOrMemberEpoch: generationId, memberId: ids[0], groupInstanceId: 'a' })).toBe(
      ErrorCode.UNKNOWN_MEMBER_ID
    )
    harness.join({ memberId: ids[0] })
    const rejoined = { generationIdOrMemberEpoch: generationId + 1, memberId: ids[0] }
    expect(error(rejoined)).toBe(ErrorCode.REBALANCE_IN_PROGRESS)
    expect(harness.offsets()).toEqual({})
  })

  it('takes commits of the old generation while the group prepares a rebalance', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1)
    harness.join({ memberId: harness.newMemberId() })
    expect(harness.state()).toBe('PreparingRebalance')
    expect(harness.commit({ 0: 9 }, { generationIdOrMemberEpoch: generationId, memberId: ids[0] })).toEqual([0])
  })

  it('limits metadata, one partition at a time', () => {
    const harness = new GroupHarness({ 'offset.metadata.max.bytes': '10' })
    expect(commitWith(harness, { committedMetadata: '01234567890' })).toEqual([ErrorCode.OFFSET_METADATA_TOO_LARGE])
    expect(harness.log.batches).toEqual([])
    expect(commitWith(harness, { committedMetadata: '0123456789' })).toEqual([ErrorCode.NONE])
    expect(commitWith(harness, { committedMetadata: null })).toEqual([ErrorCode.NONE])
    expect(fetchOne(harness).metadata).toBe('')
  })

  it('changes nothing when the log refuses', () => {
    const harness = new GroupHarness()
    harness.commit({ 0: 1 })
    harness.log.failure = new KafkaError('KAFKA_STORAGE_ERROR')
    expect(harness.commit({ 0: 2 })).toEqual([ErrorCode.NOT_COORDINATOR])
    expect(harness.offsets()).toEqual({ 't-0': 1 })
  })
})

describe('a log that must be on disk first', () => {
  const request = {
    groupId: GROUP,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    groupInstanceId: null,
    retentionTimeMs: -1,
    topics: [
      {
        name: 't',
        topicId: ZERO_UUID,
        partitions: [{ partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: '' }]
      }
    ]
  }

  it('holds the answer to a commit back, and tells when the disk failed', async () => {
    const harness = new GroupHarness()
    let finish: (error?: Error) => void = () => {}
    harness.log.sync = () =>
      new Promise((resolve, reject) => {
        finish = (error) => (error === undefined ? resolve() : reject(error))
      })
    const commit = () => new Pending(harness.groups.commitOffsets(request, 9))
    const synced = commit()
    await settle()
    expect(synced.isWaiting).toBe(true)
    finish()
    await settle()
    expect(synced.now.topics![0].partitions![0].errorCode).toBe(ErrorCode.NONE)
    const failed = commit()
    finish(new KafkaError('KAFKA_STORAGE_ERROR'))
    await settle()
    expect(failed.now.topics![0].partitions![0].errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })
})

describe('OffsetFetch', () => {
  it('says -1 for what is not there, and nothing at all for a group that is not there', () => {
    const harness = new GroupHarness()
    expect(fetchOne(harness)).toEqual(NOTHING)
    expect(harness.groups.fetchOffsets({ groupId: GROUP, topics: null }, true)).toEqual({ groupId: GROUP, topics: [] })
  })

  it('gives no offsets of an older topic of the same name', () => {
    const harness = new GroupHarness()
    commitWith(harness, {}, TOPIC_ID)
    expect(fetchOne(harness, TOPIC_ID).committedOffset).toBe(5)
    expect(fetchOne(harness, OTHER_ID)).toEqual(NOTHING)
    expect(fetchOne(harness, ZERO_UUID).committedOffset).toBe(5)
  })
})

describe('OffsetDelete', () => {
  const remove = (harness: GroupHarness, topic = 't', groupId = GROUP) => {
    const partitions = [{ partitionIndex: 0 }, { partitionIndex: 7 }]
    const answer = harness.groups.deleteOffsets({ groupId, topics: [{ name: topic, partitions }] })
    const { errorCode, topics } = immediate(answer)
    return errorCode ?? topics![0].partitions!.map((partition) => partition.errorCode)
  }

  it('takes offsets of an empty group, and of topics that a running one does not read', async () => {
    const harness = new GroupHarness()
    harness.commit({ 0: 1, 1: 2 })
    expect(remove(harness)).toEqual([ErrorCode.NONE, ErrorCode.NONE])
    expect(harness.offsets()).toEqual({ 't-1': 2 })
    const { ids, generationId } = await harness.stableGroup(1)
    harness.commit({ 0: 1 }, { memberId: ids[0], generationIdOrMemberEpoch: generationId })
    expect(remove(harness)).toEqual([ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC, ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC])
    expect(remove(harness, 'u')).toEqual([ErrorCode.NONE, ErrorCode.NONE])
    harness.restart()
    expect(harness.offsets()).toEqual({ 't-0': 1, 't-1': 2 })
  })

  it('needs a group, and one that is not running another protocol', () => {
    const harness = new GroupHarness()
    expect(remove(harness)).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    expect(remove(harness, 't', '')).toBe(ErrorCode.INVALID_GROUP_ID)
    harness.join({ apiVersion: 3, protocolType: 'connect' })
    expect(remove(harness)).toBe(ErrorCode.NON_EMPTY_GROUP)
  })

  it('treats a group whose subscription cannot be read as subscribed to everything', () => {
    const harness = new GroupHarness()
    const protocols = [{ name: 'range', metadata: Buffer.from('what?') }]
    const { memberId } = harness.join({ apiVersion: 3, protocols }).now
    harness.sync({ memberId })
    expect(remove(harness, 'u')).toEqual([ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC, ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC])
  })
})

describe('DeleteGroups', () => {
  it('takes an empty group with its offsets, for good', async () => {
    const harness = new GroupHarness()
    const { ids, generationId } = await harness.stableGroup(1)
    harness.commit({ 0: 1 }, { memberId: ids[0], generationIdOrMemberEpoch: generationId })
    expect(harness.groups.deleteGroup(GROUP)).toBe(ErrorCode.NON_EMPTY_GROUP)
    harness.leave(ids[0])
    expect(harness.groups.deleteGroup(GROUP)).toBe(ErrorCode.NONE)
    expect(harness.groups.deleteGroup(GROUP)).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    harness.restart()
    expect(harness.state()).toBe('Dead')
    expect(harness.offsets()).toEqual({})
  })
})

describe('DescribeGroups', () => {
  it('shows a stable group whole and one that rebalances without its metadata', async () => {
    const harness = new GroupHarness()
    const { ids } = await harness.stableGroup(1)
    const member = {
      memberId: ids[0],
      groupInstanceId: null,
      clientId: 'client',
      clientHost: '/127.0.0.1',
      memberMetadata: subscription('t'),
      memberAssignment: Buffer.from([0])
    }
    const described = {
      groupId: GROUP,
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
      members: [member]
    }
    expect(harness.groups.describeGroup(GROUP, 6)).toEqual(described)
    harness.join({ memberId: harness.newMemberId() })
    const rebalancing = harness.groups.describeGroup(GROUP, 6)
    expect(rebalancing).toMatchObject({ groupState: 'PreparingRebalance', protocolData: '' })
    expect(rebalancing.members!.map(({ memberMetadata }) => memberMetadata!.length)).toEqual([0, 0])
  })

  it('calls a group that is not there dead, and an error from version 6 on', () => {
    const { groups } = new GroupHarness()
    expect(groups.describeGroup('none', 5)).toEqual({ groupId: 'none', groupState: 'Dead' })
    expect(groups.describeGroup('none', 6)).toEqual({
      groupId: 'none',
      groupState: 'Dead',
      errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
      errorMessage: 'Group none not found.'
    })
  })
})

describe('ListGroups', () => {
  it('filters by state and type, in any case', async () => {
    const harness = new GroupHarness()
    await harness.stableGroup(1)
    harness.commit({ 0: 1 }, { groupId: 'simple' })
    const list = (statesFilter: string[], typesFilter: string[] = []) =>
      harness.groups.listGroups({ statesFilter, typesFilter }).map(({ groupId }) => groupId)
    expect(list([])).toEqual([GROUP, 'simple'])
    expect(list([' stABLE '])).toEqual([GROUP])
    expect(list(['Empty', 'Stable'], ['CLASSIC'])).toEqual([GROUP, 'simple'])
    expect(list([], ['consumer'])).toEqual([])
    expect(list(['nonsense'])).toEqual([])
  })
})

describe('a deleted topic', () => {
  it('takes its offsets with it, but not those of a topic made again under its name', () => {
    const harness = new GroupHarness()
    commitWith(harness, { partitionIndex: 0 }, TOPIC_ID)
    commitWith(harness, { partitionIndex: 1 }, ZERO_UUID)
    commitWith(harness, { partitionIndex: 2 }, OTHER_ID)
    harness.groups.onTopicsDeleted([{ name: 't', topicId: TOPIC_ID }])
    expect(harness.offsets()).toEqual({ 't-2': 5 })
    harness.restart()
    expect(harness.offsets()).toEqual({ 't-2': 5 })
  })
})
