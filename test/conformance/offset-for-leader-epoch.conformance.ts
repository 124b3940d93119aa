import { describe, expect } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { offsetForLeaderEpoch } from '../../src/protocol/messages/offset-for-leader-epoch.ts'
import { fill } from './produce-requests.ts'
import { testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { createTopic, type Topic } from './topics.ts'
import { request } from './wire.ts'

interface Asked {
  partition?: number
  currentLeaderEpoch?: number
  leaderEpoch: number
}

async function endOf(topic: Pick<Topic, 'name'>, version: number, asked: Asked) {
  const partitions = [{ partition: 0, currentLeaderEpoch: -1, ...asked }]
  const replica = version >= 3 ? { replicaId: -1 } : {}
  const response = await request(offsetForLeaderEpoch, version, {
    ...replica,
    topics: [{ topic: topic.name, partitions }]
  })
  const [{ errorCode, leaderEpoch, endOffset }] = response.topics[0].partitions
  return [errorName(errorCode), leaderEpoch, endOffset]
}

describe('OffsetForLeaderEpoch', () => {
  testEachVersion(offsetForLeaderEpoch, 'gives the end of the current epoch', async (version) => {
    const topic = await createTopic()
    await fill(topic, ['a', 'b', 'c'])
    expect(await endOf(topic, version, { leaderEpoch: 0 })).toEqual(['NONE', 0, 3])
  })

  testEachVersion(offsetForLeaderEpoch, 'gives the start of an empty log', async (version) => {
    expect(await endOf(await createTopic(), version, { leaderEpoch: 0 })).toEqual(['NONE', 0, 0])
  })

  testEachVersion(offsetForLeaderEpoch, 'does not know an epoch of the future, nor none', async (version) => {
    const topic = await createTopic()
    await fill(topic, ['a'])
    expect(await endOf(topic, version, { leaderEpoch: 5 })).toEqual(['NONE', -1, -1])
    expect(await endOf(topic, version, { leaderEpoch: -1 })).toEqual(['NONE', -1, -1])
  })

  testEachVersion(offsetForLeaderEpoch, 'compares the current epoch', async (version) => {
    const topic = await createTopic()
    expect(await endOf(topic, version, { leaderEpoch: 0, currentLeaderEpoch: 0 })).toEqual(['NONE', 0, 0])
    expect(await endOf(topic, version, { leaderEpoch: 0, currentLeaderEpoch: 4 })).toEqual([
      'UNKNOWN_LEADER_EPOCH',
      -1,
      -1
    ])
  })

  testEachVersion(offsetForLeaderEpoch, 'says that a topic or partition is unknown', async (version) => {
    const unknown = ['UNKNOWN_TOPIC_OR_PARTITION', -1, -1]
    expect(await endOf({ name: uniqueName('unknown') }, version, { leaderEpoch: 0 })).toEqual(unknown)
    const topic = await createTopic()
    expect(await endOf(topic, version, { leaderEpoch: 0, partition: 4 })).toEqual(unknown)
  })
})
