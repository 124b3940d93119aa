import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { deleteRecords } from '../../src/protocol/messages/delete-records.ts'
import { listOffsets } from '../../src/protocol/messages/list-offsets.ts'
import { batchOf } from './batches.ts'
import { fill, produceTo } from './produce-requests.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { createTopic, type Topic } from './topics.ts'
import { request } from './wire.ts'

const special = {
  latest: -1,
  earliest: -2,
  maxTimestamp: -3,
  earliestLocal: -4,
  latestTiered: -5,
  earliestPendingUpload: -6
}

interface ListOptions {
  version?: number
  partition?: number
  currentLeaderEpoch?: number
  isolationLevel?: number
}

async function list(topic: Pick<Topic, 'name'>, timestamp: number, options: ListOptions = {}) {
  const { version = latest(listOffsets), partition = 0, currentLeaderEpoch, isolationLevel = 0 } = options
  const epoch = currentLeaderEpoch === undefined ? {} : { currentLeaderEpoch }
  const response = await request(listOffsets, version, {
    replicaId: -1,
    ...(version >= 2 ? { isolationLevel } : {}),
    topics: [{ name: topic.name, partitions: [{ partitionIndex: partition, timestamp, ...epoch }] }],
    ...(version >= 10 ? { timeoutMs: 5000 } : {})
  })
  expect(response.topics.map(({ name }) => name)).toEqual([topic.name])
  const [{ errorCode, ...rest }] = response.topics[0].partitions
  return { error: errorName(errorCode), ...rest }
}

/** Offsets 0 to 5 in three batches; the highest timestamp is in the middle one. */
async function topicWithTimes(): Promise<{ topic: Topic; baseMs: number }> {
  const topic = await createTopic()
  const baseMs = Date.now() - 100_000
  for (const [first, second] of [
    [0, 1000],
    [5000, 4000],
    [2000, 3000]
  ]) {
    const records = [first, second].map((after) => ({ value: `${after}`, timestampMs: baseMs + after }))
    await produceTo(topic, batchOf(records, { timestampMs: baseMs + first }))
  }
  return { topic, baseMs }
}

describe('ListOffsets', () => {
  testEachVersion(listOffsets, 'finds the end and the start', async (version) => {
    const topic = await createTopic()
    await fill(topic, ['a', 'b', 'c'])
    const leaderEpoch = version >= 4 ? 0 : -1
    const found = { partitionIndex: 0, error: 'NONE', timestamp: -1, leaderEpoch }
    expect(await list(topic, special.latest, { version })).toEqual({ ...found, offset: 3 })
    expect(await list(topic, special.earliest, { version })).toEqual({ ...found, offset: 0 })
  })

  testEachVersion(listOffsets, 'finds the start that delete records moved', async (version) => {
    const topic = await createTopic()
    await fill(topic, ['a', 'b', 'c'])
    const partitions = [{ partitionIndex: 0, offset: 2 }]
    await request(deleteRecords, 2, { topics: [{ name: topic.name, partitions }], timeoutMs: 5000 })
    expect(await list(topic, special.earliest, { version })).toMatchObject({ offset: 2 })
  })

  testEachVersion(listOffsets, 'finds the first record at or after a time', async (version) => {
    const { topic, baseMs } = await topicWithTimes()
    const at = async (afterMs: number) => {
      const { error, offset, timestamp } = await list(topic, baseMs + afterMs, { version })
      return [error, offset, timestamp < 0 ? timestamp : timestamp - baseMs]
    }
    expect(await at(-5000)).toEqual(['NONE', 0, 0])
    expect(await at(0)).toEqual(['NONE', 0, 0])
    expect(await at(1)).toEqual(['NONE', 1, 1000])
    expect(await at(1001)).toEqual(['NONE', 2, 5000])
    expect(await at(4500)).toEqual(['NONE', 2, 5000])
    expect(await at(5000)).toEqual(['NONE', 2, 5000])
    expect(await at(5001)).toEqual(['NONE', -1, -1])
  })

  testEachVersion(
    listOffsets,
    'finds the record with the highest timestamp',
    async (version) => {
      const { topic, baseMs } = await topicWithTimes()
      expect(await list(topic, special.maxTimestamp, { version })).toEqual({
        partitionIndex: 0,
        error: 'NONE',
        timestamp: baseMs + 5000,
        offset: 2,
        leaderEpoch: 0
      })
    },
    { from: 7 }
  )

  testEachVersion(
    listOffsets,
    'finds no highest timestamp in an empty log',
    async (version) => {
      const topic = await createTopic()
      expect(await list(topic, special.maxTimestamp, { version })).toMatchObject({
        error: 'NONE',
        offset: -1,
        timestamp: -1
      })
    },
    { from: 7 }
  )

  testEachVersion(
    listOffsets,
    'finds the earliest local offset',
    async (version) => {
      const topic = await createTopic()
      await fill(topic, ['a'])
      expect(await list(topic, special.earliestLocal, { version })).toMatchObject({
        error: 'NONE',
        offset: 0,
        timestamp: -1
      })
    },
    { from: 8 }
  )

  testEachVersion(
    listOffsets,
    'finds nothing tiered',
    async (version) => {
      const topic = await createTopic()
      await fill(topic, ['a'])
      expect(await list(topic, special.latestTiered, { version })).toEqual({
        partitionIndex: 0,
        error: 'NONE',
        offset: -1,
        timestamp: -1,
        leaderEpoch: -1
      })
    },
    { from: 9 }
  )

  testEachVersion(
    listOffsets,
    'says where the upload to tiered storage would go on',
    async (version) => {
      const topic = await createTopic()
      await fill(topic, ['a'])
      expect(await list(topic, special.earliestPendingUpload, { version })).toMatchInlineSnapshot(`
        {
          "error": "NONE",
          "leaderEpoch": -1,
          "offset": -1,
          "partitionIndex": 0,
          "timestamp": -1,
        }
      `)
    },
    { from: 11 }
  )

  test.each([
    ['maxTimestamp', 6],
    ['earliestLocal', 7],
    ['latestTiered', 8],
    ['earliestPendingUpload', 10]
  ] as const)('does not know %s in version %i', async (name, version) => {
    const topic = await createTopic()
    await fill(topic, ['a'])
    const { error, offset } = await list(topic, special[name], { version })
    expect([error, offset]).toEqual(['UNSUPPORTED_VERSION', -1])
  })

  test('does not know a special timestamp that is none', async () => {
    const topic = await createTopic()
    await fill(topic, ['a'])
    const { error, offset } = await list(topic, -7)
    expect([error, offset]).toMatchInlineSnapshot(`
      [
        "UNSUPPORTED_VERSION",
        -1,
      ]
    `)
  })

  testEachVersion(listOffsets, 'finds nothing in an empty log by time', async (version) => {
    const topic = await createTopic()
    expect(await list(topic, 0, { version })).toMatchObject({ error: 'NONE', offset: -1, timestamp: -1 })
    expect(await list(topic, special.latest, { version })).toMatchObject({ error: 'NONE', offset: 0 })
    expect(await list(topic, special.earliest, { version })).toMatchObject({ error: 'NONE', offset: 0 })
  })

  testEachVersion(listOffsets, 'says that a topic or partition is unknown', async (version) => {
    const unknown = { error: 'UNKNOWN_TOPIC_OR_PARTITION', offset: -1, timestamp: -1, leaderEpoch: -1 }
    expect(await list({ name: uniqueName('unknown') }, special.latest, { version })).toMatchObject(unknown)
    const topic = await createTopic()
    expect(await list(topic, special.latest, { version, partition: 5 })).toMatchObject(unknown)
    expect(await list(topic, special.latest, { version, partition: -1 })).toMatchObject(unknown)
  })

  testEachVersion(
    listOffsets,
    'compares the leader epoch',
    async (version) => {
      const topic = await createTopic()
      expect(await list(topic, special.latest, { version, currentLeaderEpoch: 0 })).toMatchObject({ error: 'NONE' })
      expect(await list(topic, special.latest, { version, currentLeaderEpoch: 3 })).toMatchObject({
        error: 'UNKNOWN_LEADER_EPOCH',
        offset: -1
      })
    },
    { from: 4 }
  )

  testEachVersion(
    listOffsets,
    'finds the end of what is committed',
    async (version) => {
      const topic = await createTopic()
      await fill(topic, ['a', 'b'])
      expect(await list(topic, special.latest, { version, isolationLevel: 1 })).toMatchObject({
        error: 'NONE',
        offset: 2
      })
    },
    { from: 2 }
  )

  test('refuses a partition that stands twice', async () => {
    const topic = await createTopic()
    const partition = { partitionIndex: 0, timestamp: special.latest }
    const response = await request(listOffsets, latest(listOffsets), {
      replicaId: -1,
      topics: [{ name: topic.name, partitions: [partition, partition] }],
      timeoutMs: 5000
    })
    expect(response.topics[0].partitions.map(({ errorCode }) => errorName(errorCode))).toMatchInlineSnapshot(`
      [
        "INVALID_REQUEST",
      ]
    `)
  })

  test('answers an empty request', async () => {
    expect((await request(listOffsets, latest(listOffsets), { replicaId: -1, topics: [] })).topics).toEqual([])
  })
})
