import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../error-codes.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { baseSequence, partitionLeaderEpoch } from '../records/batch-header.ts'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

const GROUP = 'test-group' // Lives in partition 12 of 50.

function commit({ broker }: TestBroker, offset: number): number | undefined {
  const partitions = [
    { partitionIndex: 0, committedOffset: offset, committedLeaderEpoch: -1, committedMetadata: 'note' }
  ]
  const topics = [{ name: 't', topicId: broker.metadata.image.topic('t')?.topicId ?? ZERO_UUID, partitions }]
  const answer = broker.groups.commitOffsets(
    {
      groupId: GROUP,
      generationIdOrMemberEpoch: -1,
      memberId: '',
      groupInstanceId: null,
      retentionTimeMs: -1,
      topics
    },
    9
  )
  if (answer instanceof Promise) throw new Error('not answered yet')
  return answer.topics![0].partitions![0].errorCode
}

const committed = ({ broker }: TestBroker): number | undefined =>
  broker.groups.fetchOffsets({ groupId: GROUP, topics: null }, true).topics?.[0]?.partitions?.[0].committedOffset

describe('the group coordinator in a broker', () => {
  it('has no coordinator before somebody looks for one, which makes __consumer_offsets', async () => {
    const test = startTestBroker()
    expect(commit(test, 1)).toBe(ErrorCode.NOT_COORDINATOR)
    test.broker.groups.ensureTopic()
    const topic = test.broker.metadata.image.topic('__consumer_offsets')!
    expect(topic.partitions).toHaveLength(50)
    expect(Object.fromEntries(topic.configs)).toEqual({
      'cleanup.policy': 'compact',
      'compression.type': 'producer',
      'segment.bytes': '104857600'
    })
    expect(commit(test, 1)).toBe(ErrorCode.NONE)
    await test.close()
  })

  it("writes where Apache Kafka would look for it, in the partition's leader epoch", async () => {
    const test = startTestBroker()
    test.broker.groups.ensureTopic()
    commit(test, 1)
    const partition = test.broker.partitions.get('__consumer_offsets', 12)!
    const { records } = partition.log.read(0, { maxBytes: 10_000, minOneBatch: true })
    expect(partition.log.logEndOffset).toBe(1)
    expect(partitionLeaderEpoch(records, 0)).toBe(partition.leaderEpoch)
    expect(baseSequence(records, 0)).toBe(0)
    await test.close()
  })

  it('finds groups and offsets again after a restart', async () => {
    const first = startTestBroker()
    first.broker.groups.ensureTopic()
    first.createTopic('t')
    for (let offset = 0; offset < 500; offset++) commit(first, offset)
    await first.close()
    const second = startTestBroker({ fileSystem: first.fileSystem, clock: first.clock })
    expect(committed(second)).toBe(499)
    expect(commit(second, 500)).toBe(ErrorCode.NONE)
    await second.close()
  })

  it('forgets the offsets of a deleted topic, for good', async () => {
    const first = startTestBroker()
    first.broker.groups.ensureTopic()
    first.createTopic('t')
    commit(first, 7)
    first.deleteTopic('t')
    expect(committed(first)).toBeUndefined()
    await first.close()
    const second = startTestBroker({ fileSystem: first.fileSystem, clock: first.clock })
    expect(committed(second)).toBeUndefined()
    await second.close()
  })

  it('gives everything up when its topic is deleted, and begins anew', async () => {
    const test = startTestBroker()
    test.broker.groups.ensureTopic()
    commit(test, 7)
    test.deleteTopic('__consumer_offsets')
    expect(commit(test, 8)).toBe(ErrorCode.NOT_COORDINATOR)
    test.broker.groups.ensureTopic()
    expect(committed(test)).toBeUndefined()
    expect(commit(test, 9)).toBe(ErrorCode.NONE)
    await test.close()
  })
})
