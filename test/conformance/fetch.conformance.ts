// Fetch without sessions: what is read, how much, and how long a fetch waits.
import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { readRecords, valuesIn } from './batches.ts'
import { fetchAll, fetchFrom } from './fetch-requests.ts'
import { fill } from './produce-requests.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { createTopic, type Topic, UNKNOWN_TOPIC_ID } from './topics.ts'
import { connect, request, sleep } from './wire.ts'

async function topicWith(batches: number, size = 1): Promise<Topic> {
  const topic = await createTopic()
  for (let index = 0; index < batches; index++) await fill(topic, [String(index).padEnd(size, '.')])
  return topic
}

const offsetsOf = (records: Buffer | null) => readRecords(records).map(({ offset }) => offset)

describe('Fetch', () => {
  testEachVersion(fetch, 'gives records from an offset on', async (version) => {
    const topic = await topicWith(3)
    const response = await fetchAll([{ topic, offset: 1 }], { version })
    expect(response.throttleTimeMs).toBe(0)
    expect(errorName(response.errorCode)).toBe('NONE')
    expect(response.sessionId).toBe(0)
    expect(response.responses).toHaveLength(1)
    const [{ topic: name, topicId, partitions }] = response.responses
    if (version >= 13) expect(topicId).toBe(topic.topicId)
    else expect(name).toBe(topic.name)
    const [{ records, ...partition }] = partitions
    expect(partition).toMatchObject({
      partitionIndex: 0,
      errorCode: 0,
      highWatermark: 3,
      lastStableOffset: 3,
      logStartOffset: version >= 5 ? 0 : -1,
      abortedTransactions: null,
      preferredReadReplica: -1
    })
    expect(offsetsOf(records)).toEqual([1, 2])
  })

  testEachVersion(fetch, 'gives nothing at the end of the log', async (version) => {
    const topic = await topicWith(2)
    const partition = await fetchFrom(topic, { offset: 2, version })
    expect(partition).toMatchObject({ errorCode: 0, highWatermark: 2, lastStableOffset: 2 })
    expect(partition.records?.length ?? 0).toBe(0)
  })

  testEachVersion(fetch, 'refuses offsets outside of the log', async (version) => {
    const topic = await topicWith(2)
    for (const offset of [3, -1, -5]) {
      const partition = await fetchFrom(topic, { offset, version })
      expect(errorName(partition.errorCode)).toBe('OFFSET_OUT_OF_RANGE')
      expect(partition).toMatchObject({ highWatermark: -1, lastStableOffset: -1, logStartOffset: -1 })
      expect(partition.records?.length ?? 0).toBe(0)
    }
  })

  testEachVersion(
    fetch,
    'says that a topic name is unknown',
    async (version) => {
      const topic = { name: uniqueName('unknown'), topicId: UNKNOWN_TOPIC_ID }
      const partition = await fetchFrom(topic, { version })
      expect(partition).toMatchObject({ errorCode: 3, highWatermark: -1, lastStableOffset: -1, logStartOffset: -1 })
    },
    { to: 12 }
  )

  testEachVersion(
    fetch,
    'says that a topic id is unknown',
    async (version) => {
      const response = await fetchAll([{ topic: { name: '', topicId: UNKNOWN_TOPIC_ID } }], { version })
      expect(response.errorCode).toBe(0)
      expect(response.responses[0].topicId).toBe(UNKNOWN_TOPIC_ID)
      expect(errorName(response.responses[0].partitions[0].errorCode)).toBe('UNKNOWN_TOPIC_ID')
    },
    { from: 13 }
  )

  testEachVersion(fetch, 'says that a partition is unknown', async (version) => {
    const topic = await createTopic()
    for (const partition of [1, -1]) {
      const fetched = await fetchFrom(topic, { partition, version })
      expect(fetched).toMatchObject({ partitionIndex: partition, errorCode: 3, highWatermark: -1 })
    }
  })

  testEachVersion(fetch, 'reads committed records when nothing is in doubt', async (version) => {
    const topic = await topicWith(2)
    const partition = await fetchFrom(topic, { isolationLevel: 1, version })
    expect(offsetsOf(partition.records)).toEqual([0, 1])
    expect(partition.abortedTransactions).toEqual([])
    expect(partition.lastStableOffset).toBe(2)
  })

  test('answers an empty request', async () => {
    const response = await fetchAll([])
    expect(response).toMatchObject({ errorCode: 0, responses: [] })
  })

  test('gives the whole batch that contains the offset', async () => {
    const topic = await createTopic()
    await fill(topic, ['a', 'b', 'c'])
    expect(offsetsOf((await fetchFrom(topic, { offset: 2 })).records)).toEqual([0, 1, 2])
  })

  test('keeps the order of the partitions asked for', async () => {
    const [a, b] = [await createTopic({ partitions: 3 }), await createTopic()]
    const response = await fetchAll([
      { topic: b },
      { topic: a, partition: 2 },
      { topic: a, partition: 0 },
      { topic: a, partition: 1 }
    ])
    const order = response.responses.map(({ topicId, partitions }) => [
      topicId === a.topicId ? 'a' : 'b',
      partitions.map((p) => p.partitionIndex)
    ])
    expect(order).toEqual([
      ['b', [0]],
      ['a', [2, 0, 1]]
    ])
  })
})

describe('Fetch limits', () => {
  test('partition max bytes, with whole batches only', async () => {
    const topic = await topicWith(10, 1000)
    const { records } = await fetchFrom(topic, { partitionMaxBytes: 3500 })
    // Apache Kafka cuts at the byte, Odradek at the batch: what counts are the complete batches.
    expect(offsetsOf(records)).toEqual([0, 1, 2])
  })

  test('the first batch is given whatever its size', async () => {
    const topic = await topicWith(3, 5000)
    expect(offsetsOf((await fetchFrom(topic, { partitionMaxBytes: 1 })).records)).toEqual([0])
    expect(offsetsOf((await fetchFrom(topic, { maxBytes: 1 })).records)).toEqual([0])
    expect(offsetsOf((await fetchFrom(topic, { partitionMaxBytes: 0 })).records)).toEqual([0])
  })

  test('only of the first partition that has records', async () => {
    const topics = [await createTopic(), await topicWith(2, 5000), await topicWith(2, 5000)]
    const response = await fetchAll(
      topics.map((topic) => ({ topic, partitionMaxBytes: 100 })),
      { maxBytes: 1_000_000 }
    )
    expect(response.responses.map(({ partitions }) => offsetsOf(partitions[0].records).length)).toEqual([0, 1, 0])
  })

  test('max bytes over all partitions', async () => {
    const topics = [await topicWith(5, 1000), await topicWith(5, 1000), await topicWith(5, 1000)]
    const response = await fetchAll(
      topics.map((topic) => ({ topic })),
      { maxBytes: 7000 }
    )
    expect(response.responses.map(({ partitions }) => offsetsOf(partitions[0].records).length)).toEqual([5, 1, 0])
  })

  // Negative limits are no case: Apache Kafka answers them with UNKNOWN_SERVER_ERROR.
  test('max bytes of 0 still give the first batch', async () => {
    const topic = await topicWith(2)
    expect(offsetsOf((await fetchFrom(topic, { maxBytes: 0 })).records)).toEqual([0])
  })
})

describe('A fetch that waits', () => {
  const elapsed = async (run: () => Promise<unknown>) => {
    const start = performance.now()
    await run()
    return performance.now() - start
  }

  testEachVersion(fetch, 'waits for its time when there is nothing', async (version) => {
    const topic = await createTopic()
    const connection = await connect()
    const tookMs = await elapsed(() => fetchFrom(topic, { maxWaitMs: 300, minBytes: 1, version, connection }))
    expect(tookMs).toBeGreaterThanOrEqual(290)
    expect(tookMs).toBeLessThan(2000)
  })

  testEachVersion(fetch, 'is woken by an append', async (version) => {
    const topic = await createTopic()
    const connection = await connect()
    const waiting = fetchFrom(topic, { maxWaitMs: 15_000, minBytes: 1, version, connection })
    await sleep(100)
    await fill(topic, ['wakes'])
    const tookMs = await elapsed(async () => {
      const { records, highWatermark } = await waiting
      expect(valuesIn(records)).toEqual(['wakes'])
      expect(highWatermark).toBe(1)
    })
    expect(tookMs).toBeLessThan(1000)
  })

  test('is woken by an append to any of its partitions', async () => {
    const topic = await createTopic({ partitions: 3 })
    const connection = await connect()
    const asked = [0, 1, 2].map((partition) => ({ topic, partition }))
    const waiting = fetchAll(asked, { maxWaitMs: 15_000, minBytes: 1, connection })
    await sleep(50)
    await fill(topic, ['wakes'], { partition: 2 })
    const response = await waiting
    expect(response.responses[0].partitions.map(({ records }) => valuesIn(records))).toEqual([[], [], ['wakes']])
  })

  test('does not wait when min bytes are there', async () => {
    const topic = await topicWith(1)
    const tookMs = await elapsed(() => fetchFrom(topic, { maxWaitMs: 10_000, minBytes: 1 }))
    expect(tookMs).toBeLessThan(2000)
  })

  test('waits until min bytes are there', async () => {
    const topic = await topicWith(1)
    const connection = await connect()
    const waiting = fetchFrom(topic, { maxWaitMs: 15_000, minBytes: 2000, connection })
    let answered = false
    void waiting.then(() => {
      answered = true
    })
    await fill(topic, ['not enough'])
    await sleep(300)
    expect(answered).toBe(false)
    await fill(topic, ['x'.repeat(2000)])
    expect(offsetsOf((await waiting).records)).toEqual([0, 1, 2])
  })

  test('counts no more than max bytes for min bytes', async () => {
    const topic = await topicWith(1, 1000)
    const tookMs = await elapsed(() => fetchFrom(topic, { maxWaitMs: 10_000, minBytes: 5000, maxBytes: 500 }))
    expect(tookMs).toBeLessThan(2000)
  })

  test.each([0, -1])('a maximum wait of %i answers at once', async (maxWaitMs) => {
    const topic = await createTopic()
    const tookMs = await elapsed(() => fetchFrom(topic, { maxWaitMs, minBytes: 1000 }))
    expect(tookMs).toBeLessThan(1000)
  })

  test('min bytes of 0 answers at once', async () => {
    const topic = await createTopic()
    const tookMs = await elapsed(() => fetchFrom(topic, { maxWaitMs: 10_000, minBytes: 0 }))
    expect(tookMs).toBeLessThan(1000)
  })

  test('an error in one partition answers at once', async () => {
    const [empty, other] = [await createTopic(), await createTopic()]
    const start = performance.now()
    const response = await fetchAll([{ topic: empty }, { topic: other, offset: 99 }], {
      maxWaitMs: 10_000,
      minBytes: 1
    })
    expect(performance.now() - start).toBeLessThan(2000)
    expect(response.responses.map(({ partitions }) => errorName(partitions[0].errorCode))).toEqual([
      'NONE',
      'OFFSET_OUT_OF_RANGE'
    ])
  })

  test('an unknown partition beside an empty one', async () => {
    const [empty, other] = [await createTopic(), await createTopic()]
    const connection = await connect()
    const tookMs = await elapsed(() =>
      fetchAll([{ topic: empty }, { topic: other, partition: 5 }], { maxWaitMs: 500, minBytes: 1, connection })
    )
    expect(tookMs > 400 ? 'waits' : 'answers at once').toMatchInlineSnapshot(`"waits"`)
  })

  test('does not hold up other connections, and holds up its own', async () => {
    const topic = await createTopic()
    const connection = await connect()
    const waiting = fetchFrom(topic, { maxWaitMs: 600, minBytes: 1, connection })
    const other = await elapsed(() => fetchFrom(topic))
    expect(other).toBeLessThan(500)
    const behind = await elapsed(() => fetchFrom(topic, { connection }))
    expect(behind).toBeGreaterThan(200)
    await waiting
  })

  test('ends when its topic is deleted', async () => {
    const topic = await createTopic()
    const connection = await connect()
    const start = performance.now()
    const waiting = fetchFrom(topic, { maxWaitMs: 15_000, minBytes: 1, connection })
    await sleep(200)
    await request(deleteTopics, 6, { topics: [{ name: topic.name }], timeoutMs: 10_000 })
    const { errorCode } = await waiting
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(errorName(errorCode)).toMatchInlineSnapshot(`"UNKNOWN_TOPIC_OR_PARTITION"`)
  })
})

describe('Leader epochs in a fetch', () => {
  testEachVersion(
    fetch,
    'the current one is taken, others are refused',
    async (version) => {
      const topic = await topicWith(1)
      const errorAt = async (currentLeaderEpoch: number) =>
        errorName((await fetchFrom(topic, { currentLeaderEpoch, version })).errorCode)
      expect(await errorAt(0)).toBe('NONE')
      expect(await errorAt(-1)).toBe('NONE')
      expect(await errorAt(1)).toBe('UNKNOWN_LEADER_EPOCH')
    },
    { from: 9 }
  )

  testEachVersion(
    fetch,
    'the epoch last fetched is compared with the log',
    async (version) => {
      const topic = await topicWith(2)
      const same = await fetchFrom(topic, { offset: 2, lastFetchedEpoch: 0, version })
      expect(same).toMatchObject({ errorCode: 0, divergingEpoch: { epoch: -1, endOffset: -1 } })
      const unknown = await fetchFrom(topic, { offset: 1, lastFetchedEpoch: 7, version })
      expect([errorName(unknown.errorCode), unknown.divergingEpoch]).toMatchInlineSnapshot(`
        [
          "OFFSET_OUT_OF_RANGE",
          {
            "endOffset": -1,
            "epoch": -1,
          },
        ]
      `)
    },
    { from: 12 }
  )

  test('an unknown cluster id is not checked on a plain fetch', async () => {
    const topic = await topicWith(1)
    const response = await request(fetch, latest(fetch), {
      clusterId: 'another-cluster',
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topicId: topic.topicId, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }] }]
    })
    expect([errorName(response.errorCode), response.responses.length]).toMatchInlineSnapshot(`
      [
        "NONE",
        1,
      ]
    `)
  })
})
