import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../error-codes.ts'
import type { Logger } from '../ports.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { consumerGroupMetadataKey, consumerGroupMetadataValue } from '../protocol/stored/consumer-group-metadata.ts'
import {
  consumerGroupTargetAssignmentMetadataKey,
  consumerGroupTargetAssignmentMetadataValue
} from '../protocol/stored/consumer-group-target-assignment-metadata.ts'
import { groupMetadataKey, groupMetadataValue } from '../protocol/stored/group-metadata.ts'
import { legacyOffsetCommitKey, legacyOffsetCommitValue } from '../protocol/stored/legacy-offset-commit.ts'
import { offsetCommitKey, offsetCommitValue } from '../protocol/stored/offset-commit.ts'
import { baseSequence, producerEpoch, producerId } from '../records/batch-header.ts'
import { buildBatch, type RecordInit } from '../records/build-batch.ts'
import { encodeKey, encodeValue } from './stored-record.ts'
import { GROUP, GroupHarness, quietLogger, subscription } from './testing/group-harness.ts'
import { MemoryLogs } from './testing/memory-logs.ts'

const offset = (committed: number, version = 4, partition = 0): RecordInit => ({
  key: encodeKey(offsetCommitKey, { group: GROUP, topic: 't', partition }),
  value: encodeValue(offsetCommitValue, version, {
    offset: committed,
    leaderEpoch: 2,
    metadata: 'm',
    commitTimestamp: 1_750_000_000_000,
    expireTimestamp: -1,
    topicId: ZERO_UUID
  })
})

const tombstone: RecordInit = {
  key: encodeKey(offsetCommitKey, { group: GROUP, topic: 't', partition: 0 }),
  value: null
}

const PRODUCER = { producerId: 77, producerEpoch: 0, transactional: true }

function endOfTransaction(isCommitted: boolean): Buffer {
  const key = Buffer.from([0, 0, 0, isCommitted ? 1 : 0])
  const value = Buffer.from([0, 0, 0, 0, 0, 9])
  return buildBatch({ records: [{ key, value }], ...PRODUCER, control: true, baseSequence: -1 })
}

function load(...batches: Buffer[]): GroupHarness {
  const logs = new MemoryLogs()
  for (const batch of batches) logs.log(0)!.append(batch)
  return new GroupHarness({}, logs)
}

const plain = (...records: RecordInit[]): Buffer => buildBatch({ records, baseSequence: 0, timestampMs: 1 })
const inTransaction = (...records: RecordInit[]): Buffer => buildBatch({ records, ...PRODUCER, baseSequence: 0 })

const stable = (harness: GroupHarness) => {
  const topics = [{ name: 't', topicId: ZERO_UUID, partitionIndexes: [0] }]
  const [partition] = harness.groups.fetchOffsets({ groupId: GROUP, topics }, true).topics![0].partitions!
  return partition.errorCode === ErrorCode.NONE ? partition.committedOffset : partition.errorCode
}

describe('loading', () => {
  it('reads every version of an offset', () => {
    for (const version of [0, 1, 2, 3, 4]) {
      expect(load(plain(offset(5, version))).offsets(), `version ${version}`).toEqual({ 't-0': 5 })
    }
    const key = encodeKey(legacyOffsetCommitKey, { group: GROUP, topic: 't', partition: 3 })
    const value = encodeValue(legacyOffsetCommitValue, 0, { offset: 6, metadata: '', commitTimestamp: 1 })
    expect(load(plain({ key, value })).offsets()).toEqual({ 't-3': 6 })
  })

  it('reads every version of a group', () => {
    for (const version of [0, 1, 2, 3, 4]) {
      const key = encodeKey(groupMetadataKey, { group: GROUP })
      const member = {
        memberId: 'm',
        groupInstanceId: version >= 3 ? 'i' : null,
        clientId: 'c',
        clientHost: '/h',
        rebalanceTimeout: version >= 1 ? 60_000 : -1,
        sessionTimeout: 10_000,
        subscription: subscription('t'),
        assignment: Buffer.from('a')
      }
      const value = encodeValue(groupMetadataValue, version, {
        protocolType: 'consumer',
        generation: 4,
        protocol: 'range',
        leader: 'm',
        currentStateTimestamp: version >= 2 ? 5 : -1,
        members: [member]
      })
      const harness = load(plain({ key, value }))
      expect(harness.groups.describeGroup(GROUP, 6), `version ${version}`).toMatchObject({
        groupState: 'Stable',
        protocolData: 'range',
        members: [{ memberId: 'm', memberMetadata: subscription('t'), memberAssignment: Buffer.from('a') }]
      })
      expect(harness.heartbeat('m', 4, member.groupInstanceId)).toBe(ErrorCode.NONE)
      const restored = harness.groups.shards()[0].group(GROUP)!
      expect(restored.rebalanceTimeoutMs).toBe(version >= 1 ? 60_000 : 10_000)
      expect(restored.isSubscribedTo('t')).toBe(true)
      expect(restored.isSubscribedTo('u')).toBe(false)
    }
  })

  it('skips record types it does not know, says so once, and leaves them in the log', () => {
    const warnings: unknown[] = []
    const logger: Logger = { ...quietLogger, warn: (message, fields) => warnings.push([message, fields]) }
    const logs = new MemoryLogs()
    const unknown = {
      key: encodeKey(consumerGroupTargetAssignmentMetadataKey, { groupId: 'modern' }),
      value: encodeValue(consumerGroupTargetAssignmentMetadataValue, 0, { assignmentEpoch: 3 })
    }
    logs.log(0)!.append(plain(unknown, offset(5), unknown))
    const harness = new GroupHarness({}, logs, logger)
    expect(harness.offsets()).toEqual({ 't-0': 5 })
    expect(warnings).toEqual([[expect.any(String), expect.objectContaining({ recordType: 6, count: 2 })]])
    harness.commit({ 0: 6 })
    expect(logs.log(0)!.batches).toHaveLength(2)
  })

  it('leaves groups alone that it has no state machine for', () => {
    const key = encodeKey(consumerGroupMetadataKey, { groupId: GROUP })
    const exists = { key, value: encodeValue(consumerGroupMetadataValue, 0, { epoch: 3 }) }
    const harness = load(plain(offset(5), exists, offset(7, 4, 1)))
    expect(harness.offsets()).toEqual({ 't-0': 5, 't-1': 7 })
    expect(harness.join().now.errorCode).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL)
    expect(harness.groups.deleteGroup(GROUP)).toBe(ErrorCode.GROUP_ID_NOT_FOUND)
    harness.clock.advance(30 * 24 * 3600 * 1000)
    expect(harness.log.batches).toHaveLength(1)
    expect(load(plain(exists), plain({ key, value: null })).join().now.errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED)
  })

  it('does not serve a partition with a value from the future', () => {
    const future = offset(5)
    future.value!.writeInt16BE(5, 0)
    const harness = load(plain(future))
    expect(harness.commit({ 0: 1 })).toEqual([ErrorCode.NOT_COORDINATOR])
    expect(harness.groups.listGroups({ statesFilter: [], typesFilter: [] })).toEqual([])
    expect(harness.log.batches).toHaveLength(1)
  })
})

describe('offsets in transactions', () => {
  it('count from the commit on', () => {
    expect(load(inTransaction(offset(5))).offsets()).toEqual({})
    expect(load(inTransaction(offset(5)), endOfTransaction(true)).offsets()).toEqual({ 't-0': 5 })
    expect(load(inTransaction(offset(5)), endOfTransaction(false)).offsets()).toEqual({})
  })

  it('make a client that wants stable offsets wait while the transaction is open', () => {
    const open = load(plain(offset(1)), inTransaction(offset(5)))
    expect(open.offsets()).toEqual({ 't-0': 1 })
    expect(stable(open)).toBe(ErrorCode.UNSTABLE_OFFSET_COMMIT)
    expect(stable(load(plain(offset(1)), inTransaction(offset(5)), endOfTransaction(true)))).toBe(5)
    expect(stable(load(plain(offset(1)), inTransaction(offset(5)), endOfTransaction(false)))).toBe(1)
  })

  it('do not win over a plain commit that came after them', () => {
    const loaded = load(inTransaction(offset(5)), plain(offset(7)), endOfTransaction(true))
    expect(loaded.offsets()).toEqual({ 't-0': 7 })
  })

  it('are void after a tombstone', () => {
    expect(load(inTransaction(offset(5)), plain(tombstone), endOfTransaction(true)).offsets()).toEqual({})
  })

  it('keep a group from expiring and go with it when it is deleted', () => {
    const harness = load(inTransaction(offset(5)))
    harness.clock.advance(30 * 24 * 3600 * 1000)
    expect(harness.state()).toBe('Empty')
    expect(harness.groups.deleteGroup(GROUP)).toBe(ErrorCode.NONE)
    expect(stable(harness)).toBe(-1)
  })
})

describe('what is written', () => {
  it('is one batch for each command, with no producer but sequence 0', () => {
    const harness = new GroupHarness()
    harness.commit({ 0: 1, 1: 2 })
    const [batch] = harness.log.batches
    expect([producerId(batch, 0), producerEpoch(batch, 0), baseSequence(batch, 0)]).toEqual([-1, -1, 0])
    expect(harness.log.endOffset).toBe(2)
  })
})

describe('starting', () => {
  it('loads all partitions in the background, one after the other', () => {
    const logs = new MemoryLogs(50)
    logs.log(7)!.append(plain(offset(5)))
    const harness = new GroupHarness({}, logs)
    harness.groups.start()
    harness.clock.advance(0)
    expect(harness.clock.timerCount).toBeGreaterThan(0)
    expect(harness.groups.shards()[7].group(GROUP)).toBeDefined()
  })
})
