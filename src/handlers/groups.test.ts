// The group APIs as a client sees them, in every version.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { deleteGroups } from '../protocol/messages/delete-groups.ts'
import { describeGroups } from '../protocol/messages/describe-groups.ts'
import { findCoordinator } from '../protocol/messages/find-coordinator.ts'
import { heartbeat } from '../protocol/messages/heartbeat.ts'
import { joinGroup } from '../protocol/messages/join-group.ts'
import { leaveGroup } from '../protocol/messages/leave-group.ts'
import { listGroups } from '../protocol/messages/list-groups.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import { offsetDelete } from '../protocol/messages/offset-delete.ts'
import { offsetFetch } from '../protocol/messages/offset-fetch.ts'
import { syncGroup } from '../protocol/messages/sync-group.ts'
import type { Api, RequestInitOf, ResponseOf } from '../protocol/schema.ts'
import { versionRange } from '../protocol/versions.ts'
import { deleteGroupsHandler } from './delete-groups.ts'
import { describeGroupsHandler } from './describe-groups.ts'
import { findCoordinatorHandler } from './find-coordinator.ts'
import type { Handler } from './handler.ts'
import { heartbeatHandler } from './heartbeat.ts'
import { joinGroupHandler } from './join-group.ts'
import { leaveGroupHandler } from './leave-group.ts'
import { listGroupsHandler } from './list-groups.ts'
import { offsetCommitHandler } from './offset-commit.ts'
import { offsetDeleteHandler } from './offset-delete.ts'
import { offsetFetchHandler } from './offset-fetch.ts'
import { syncGroupHandler } from './sync-group.ts'
import { callHandler } from './testing/call-handler.ts'

const handlers = new Map<Api, Handler>(
  [
    deleteGroupsHandler,
    describeGroupsHandler,
    findCoordinatorHandler,
    heartbeatHandler,
    joinGroupHandler,
    leaveGroupHandler,
    listGroupsHandler,
    offsetCommitHandler,
    offsetDeleteHandler,
    offsetFetchHandler,
    syncGroupHandler
  ].map((handler) => [handler.api, handler])
)

const UNKNOWN_ID = 'bW9yZSB0aGFuIG9uZSBpZA'
const GROUP = 'g'

let test: TestBroker
let topicId: string

beforeEach(() => {
  test = startTestBroker({ configs: { 'offsets.topic.num.partitions': '3' } })
  test.broker.groups.ensureTopic()
  topicId = test.createTopic('t', 2)
})

afterEach(() => test.close())

async function call<A extends Api>(api: A, version: number, request: RequestInitOf<A>): Promise<ResponseOf<A>> {
  const handler = handlers.get(api)!
  return (await callHandler({ handler, api, version, request, broker: test.broker }))!
}

/** Every version from `first` to `last`, or to the newest. */
function versions({ api, versions }: Handler, first = 0, last = Number.POSITIVE_INFINITY): number[] {
  const served = versionRange(versions)
  const all = versionRange(api.versions)
  expect(served).toEqual(all)
  const from = Math.max(first, served!.min)
  return Array.from({ length: Math.min(last, served!.max) - from + 1 }, (_, i) => from + i)
}

const protocols = [{ name: 'range', metadata: Buffer.alloc(6) }]
const joinRequest = { groupId: GROUP, sessionTimeoutMs: 10_000, protocolType: 'consumer', protocols }

async function joined(): Promise<string> {
  const { memberId } = await call(joinGroup, 3, { ...joinRequest, rebalanceTimeoutMs: 60_000 })
  const assignments = [{ memberId, assignment: Buffer.from('mine') }]
  await call(syncGroup, 3, { groupId: GROUP, generationId: 1, memberId, assignments })
  return memberId
}

const commit = (version: number, partition: object = {}, topic: object = { name: 't' }, request: object = {}) =>
  call(offsetCommit, version, {
    groupId: GROUP,
    topics: [
      { ...topic, partitions: [{ partitionIndex: 0, committedOffset: 5, committedMetadata: 'm', ...partition }] }
    ],
    ...request
  })

describe('FindCoordinator', () => {
  it('names this node for every group', async () => {
    for (const version of versions(findCoordinatorHandler, 0, 3)) {
      const found = await call(findCoordinator, version, { key: GROUP })
      expect(found).toMatchObject({ errorCode: ErrorCode.NONE, nodeId: 1, host: '127.0.0.1', port: 9092 })
      expect(found.errorMessage).toBe(version === 0 ? '' : 'NONE')
    }
    for (const version of versions(findCoordinatorHandler, 4)) {
      const { coordinators } = await call(findCoordinator, version, { coordinatorKeys: ['a', 'b'] })
      const here = { errorCode: ErrorCode.NONE, errorMessage: '', nodeId: 1, host: '127.0.0.1', port: 9092 }
      expect(coordinators).toEqual([
        { key: 'a', ...here },
        { key: 'b', ...here }
      ])
    }
  })

  it('refuses coordinators that are not there so that clients fail at once', async () => {
    const old = await call(findCoordinator, 3, { key: 'share', keyType: 2 })
    expect(old).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, nodeId: -1, host: '', port: -1 })
    for (const keyType of [2, 7]) {
      const [found] = (await call(findCoordinator, 6, { coordinatorKeys: ['k'], keyType })).coordinators
      expect(found).toMatchObject({ key: 'k', errorCode: ErrorCode.INVALID_REQUEST, nodeId: -1 })
      expect(found.errorMessage).not.toBe('')
    }
  })
})

describe('JoinGroup and SyncGroup', () => {
  it('serve every version', async () => {
    for (const version of versions(joinGroupHandler)) {
      const groupId = `join-${version}`
      let answer = await call(joinGroup, version, { ...joinRequest, groupId })
      expect(answer.protocolName).toBe(version >= 7 ? null : version >= 4 ? '' : 'range')
      if (version >= 4) {
        expect(answer.errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED)
        answer = await call(joinGroup, version, { ...joinRequest, groupId, memberId: answer.memberId })
      }
      expect(answer).toMatchObject({ generationId: 1, protocolName: 'range', leader: answer.memberId })
      expect(answer.memberId.startsWith('test-')).toBe(true)
      for (const syncVersion of versions(syncGroupHandler)) {
        const synced = await call(syncGroup, syncVersion, {
          groupId,
          generationId: 1,
          memberId: answer.memberId,
          protocolType: 'consumer',
          protocolName: 'range',
          assignments: [{ memberId: answer.memberId, assignment: Buffer.from('a') }]
        })
        expect(synced).toMatchObject({ errorCode: ErrorCode.NONE, assignment: Buffer.from('a') })
      }
    }
  })

  it('want the protocol named from version 5 on', async () => {
    const memberId = await joined()
    const request = { groupId: GROUP, generationId: 1, memberId }
    expect((await call(syncGroup, 5, request)).errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect((await call(syncGroup, 4, request)).errorCode).toBe(ErrorCode.NONE)
  })
})

describe('Heartbeat and LeaveGroup', () => {
  it('serve every version', async () => {
    const memberId = await joined()
    for (const version of versions(heartbeatHandler)) {
      expect((await call(heartbeat, version, { groupId: GROUP, generationId: 1, memberId })).errorCode).toBe(0)
    }
    for (const version of versions(leaveGroupHandler, 0, 2)) {
      const left = await call(leaveGroup, version, { groupId: GROUP, memberId: 'who' })
      expect(left.errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID)
    }
    for (const version of versions(leaveGroupHandler, 3)) {
      const members = [{ memberId: 'who' }, { memberId: '', groupInstanceId: 'what' }]
      const left = await call(leaveGroup, version, { groupId: GROUP, members })
      expect(left.errorCode).toBe(ErrorCode.NONE)
      expect(left.members.map(({ errorCode }) => errorCode)).toEqual([
        ErrorCode.UNKNOWN_MEMBER_ID,
        ErrorCode.UNKNOWN_MEMBER_ID
      ])
    }
    expect((await call(leaveGroup, 0, { groupId: GROUP, memberId })).errorCode).toBe(ErrorCode.NONE)
    expect((await call(leaveGroup, 0, { groupId: '', memberId })).errorCode).toBe(ErrorCode.INVALID_GROUP_ID)
  })
})

describe('OffsetCommit and OffsetFetch', () => {
  it('serve every version', async () => {
    for (const version of versions(offsetCommitHandler)) {
      const topic = version >= 10 ? { topicId } : { name: 't' }
      const { topics } = await commit(version, { committedOffset: version }, topic)
      expect(topics[0].partitions).toEqual([{ partitionIndex: 0, errorCode: ErrorCode.NONE }])
      const found = await call(offsetFetch, 1, { groupId: GROUP, topics: [{ name: 't', partitionIndexes: [0] }] })
      expect(found.topics[0].partitions[0]).toMatchObject({ committedOffset: version, metadata: 'm' })
    }
    for (const version of versions(offsetFetchHandler)) {
      const topic = { ...(version >= 10 ? { topicId } : { name: 't' }), partitionIndexes: [0, 1] }
      const request =
        version >= 8 ? { groups: [{ groupId: GROUP, topics: [topic] }] } : { groupId: GROUP, topics: [topic] }
      const found = await call(offsetFetch, version, request)
      const fetched = version >= 8 ? found.groups[0].topics : found.topics
      expect(fetched[0].partitions.map(({ committedOffset }) => committedOffset)).toEqual([10, -1])
      if (version < 2) continue
      const everything =
        version >= 8 ? { groups: [{ groupId: GROUP, topics: null }] } : { groupId: GROUP, topics: null }
      const all = await call(offsetFetch, version, everything)
      expect((version >= 8 ? all.groups[0].topics : all.topics)[0].partitions).toHaveLength(1)
    }
  })

  it('refuse topics and partitions that are not there, and do the rest', async () => {
    const partitions = [0, 2, -1].map((partitionIndex) => ({ partitionIndex, committedOffset: 1 }))
    const topics = [
      { name: 'none', partitions },
      { name: 't', partitions }
    ]
    const { topics: answers } = await call(offsetCommit, 9, { groupId: GROUP, topics })
    const unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    const codes = (name: string) => {
      const { partitions } = answers.find((topic) => topic.name === name)!
      return Object.fromEntries(partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode]))
    }
    expect(codes('none')).toEqual({ 0: unknown, 2: unknown, '-1': unknown })
    expect(codes('t')).toEqual({ 0: ErrorCode.NONE, 2: unknown, '-1': unknown })
  })

  it('know topics by id from version 10 on', async () => {
    const { topics } = await commit(10, {}, { topicId: UNKNOWN_ID })
    expect(topics[0]).toMatchObject({ topicId: UNKNOWN_ID, partitions: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_ID }] })
    await commit(10, {}, { topicId })
    const asked = [UNKNOWN_ID, topicId].map((id) => ({ topicId: id, partitionIndexes: [0] }))
    const { groups } = await call(offsetFetch, 10, { groups: [{ groupId: GROUP, topics: asked }] })
    const byId = new Map(groups[0].topics.map((topic) => [topic.topicId, topic.partitions[0]]))
    expect(byId.get(UNKNOWN_ID)).toMatchObject({ errorCode: ErrorCode.UNKNOWN_TOPIC_ID, committedOffset: -1 })
    expect(byId.get(topicId)).toMatchObject({ errorCode: ErrorCode.NONE, committedOffset: 5 })
  })

  it('give no offsets of a topic that was deleted and made again', async () => {
    await commit(9)
    test.deleteTopic('t')
    topicId = test.createTopic('t', 2)
    const topics = [{ topicId, partitionIndexes: [0] }]
    const { groups } = await call(offsetFetch, 10, { groups: [{ groupId: GROUP, topics }] })
    expect(groups[0].topics[0].partitions[0]).toMatchObject({ errorCode: ErrorCode.NONE, committedOffset: -1 })
  })

  it('answer for every group that was asked for', async () => {
    await commit(9)
    const groups = [GROUP, 'none'].map((groupId) => ({ groupId, topics: null }))
    const found = await call(offsetFetch, 9, { groups, requireStable: true })
    expect(found.groups.map(({ groupId, errorCode, topics }) => [groupId, errorCode, topics.length])).toEqual([
      [GROUP, ErrorCode.NONE, 1],
      ['none', ErrorCode.NONE, 0]
    ])
  })

  it('put the error of a group where the version has a place for it', async () => {
    test.deleteTopic('__consumer_offsets')
    const topics = [{ name: 't', partitionIndexes: [0] }]
    const old = await call(offsetFetch, 1, { groupId: GROUP, topics })
    expect(old.topics[0].partitions[0]).toMatchObject({ errorCode: ErrorCode.NOT_COORDINATOR, committedOffset: -1 })
    expect((await call(offsetFetch, 2, { groupId: GROUP, topics })).errorCode).toBe(ErrorCode.NOT_COORDINATOR)
    const { groups } = await call(offsetFetch, 8, { groups: [{ groupId: GROUP, topics }] })
    expect(groups).toEqual([{ groupId: GROUP, topics: [], errorCode: ErrorCode.NOT_COORDINATOR }])
    expect((await commit(9)).topics[0].partitions[0].errorCode).toBe(ErrorCode.NOT_COORDINATOR)
  })
})

describe('OffsetDelete', () => {
  it('answers for every partition, and with the group alone when it is refused', async () => {
    await commit(9)
    const partitions = [{ partitionIndex: 0 }, { partitionIndex: 9 }]
    const topics = ['t', 'none'].map((name) => ({ name, partitions }))
    const { errorCode, topics: answers } = await call(offsetDelete, 0, { groupId: GROUP, topics })
    expect(errorCode).toBe(ErrorCode.NONE)
    const found = Object.fromEntries(
      answers.map((topic) => [
        topic.name,
        Object.fromEntries(topic.partitions.map((partition) => [partition.partitionIndex, partition.errorCode]))
      ])
    )
    const unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    expect(found).toEqual({ t: { 0: ErrorCode.NONE, 9: unknown }, none: { 0: unknown, 9: unknown } })
    expect(await call(offsetDelete, 0, { groupId: 'none', topics })).toMatchObject({
      errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
      topics: []
    })
  })
})

describe('DescribeGroups, ListGroups and DeleteGroups', () => {
  it('serve every version', async () => {
    const memberId = await joined()
    for (const version of versions(describeGroupsHandler)) {
      const { groups } = await call(describeGroups, version, {
        groups: [GROUP, 'none'],
        ...(version >= 3 ? { includeAuthorizedOperations: true } : {})
      })
      expect(groups[0]).toMatchObject({ groupState: 'Stable', protocolData: 'range', members: [{ memberId }] })
      expect(groups[0].authorizedOperations).toBe(version >= 3 ? 0b1101_0100_1000 : -2147483648)
      expect(groups[1]).toMatchObject({
        groupState: 'Dead',
        errorCode: version >= 6 ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.NONE
      })
    }
    for (const version of versions(listGroupsHandler)) {
      const { groups } = await call(listGroups, version, {})
      expect(groups).toEqual([
        {
          groupId: GROUP,
          protocolType: 'consumer',
          groupState: version >= 4 ? 'Stable' : '',
          groupType: version >= 5 ? 'classic' : ''
        }
      ])
    }
    for (const version of versions(deleteGroupsHandler)) {
      const { results } = await call(deleteGroups, version, { groupsNames: [GROUP, 'none', GROUP] })
      expect(results).toEqual([
        { groupId: GROUP, errorCode: ErrorCode.NON_EMPTY_GROUP },
        { groupId: 'none', errorCode: ErrorCode.GROUP_ID_NOT_FOUND }
      ])
    }
  })
})
