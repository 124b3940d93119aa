// Incremental fetch sessions (KIP-227): only what changed is asked for and answered.
import { describe, expect, onTestFinished, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { deleteRecords } from '../../src/protocol/messages/delete-records.ts'
import { fetch } from '../../src/protocol/messages/fetch.ts'
import { readRecords } from './batches.ts'
import { type FetchOptions, type FetchPartition, type FetchResponse, fetchAll } from './fetch-requests.ts'
import { fill } from './produce-requests.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { createTopic, type Topic, UNKNOWN_TOPIC_ID } from './topics.ts'
import { connect, request, sleep } from './wire.ts'

const FINAL_EPOCH = -1

/** Starts a session; it is closed when the test ends. */
async function startSession(partitions: readonly FetchPartition[], options: FetchOptions = {}): Promise<FetchResponse> {
  const response = await fetchAll(partitions, { sessionId: 0, sessionEpoch: 0, ...options })
  const { sessionId } = response
  if (sessionId !== 0) {
    onTestFinished(async () => void (await fetchAll([], { ...options, sessionId, sessionEpoch: FINAL_EPOCH })))
  }
  return response
}

/** `index: offsets` of every partition in an answer. */
function shape(response: FetchResponse) {
  return response.responses.flatMap(({ partitions }) =>
    partitions.map(({ partitionIndex, errorCode, records }) => {
      const offsets = readRecords(records).map(({ offset }) => offset)
      return errorCode === 0 ? `${partitionIndex}: ${offsets}` : `${partitionIndex}: ${errorName(errorCode)}`
    })
  )
}

const everyPartition = (topic: Topic, count: number) =>
  Array.from({ length: count }, (_, partition) => ({ topic, partition }))

describe('A fetch session', () => {
  testEachVersion(
    fetch,
    'answers everything first, then only what has news',
    async (version) => {
      const topic = await createTopic({ partitions: 3 })
      await fill(topic, ['a'], { partition: 1 })
      const first = await startSession(everyPartition(topic, 3), { version })
      expect(errorName(first.errorCode)).toBe('NONE')
      expect(first.sessionId).toBeGreaterThan(0)
      expect(shape(first)).toEqual(['0: ', '1: 0', '2: '])

      const session = { sessionId: first.sessionId, version }
      const asked = [{ topic, partition: 1, offset: 1 }]
      const second = await fetchAll(asked, { ...session, sessionEpoch: 1 })
      expect(second).toMatchObject({ errorCode: 0, sessionId: first.sessionId, responses: [] })

      await fill(topic, ['b'], { partition: 2 })
      const third = await fetchAll([], { ...session, sessionEpoch: 2 })
      expect(shape(third)).toEqual(['2: 0'])
      // It is given again until the session is told of the new offset.
      const fourth = await fetchAll([], { ...session, sessionEpoch: 3 })
      expect(shape(fourth)).toEqual(['2: 0'])
      const fifth = await fetchAll([{ topic, partition: 2, offset: 1 }], { ...session, sessionEpoch: 4 })
      expect(shape(fifth)).toEqual([])
    },
    { from: 7 }
  )

  testEachVersion(
    fetch,
    'takes new partitions and forgets others',
    async (version) => {
      const topic = await createTopic({ partitions: 2 })
      const { sessionId } = await startSession([{ topic, partition: 0 }], { version })
      const added = await fetchAll([{ topic, partition: 1 }], { sessionId, sessionEpoch: 1, version })
      expect(shape(added)).toEqual(['1: '])

      for (const partition of [0, 1]) await fill(topic, ['a'], { partition })
      const forgotten = [{ topic, partition: 0 }]
      const rest = await fetchAll([], { sessionId, sessionEpoch: 2, forgotten, version })
      expect(shape(rest)).toEqual(['1: 0'])
    },
    { from: 7 }
  )

  testEachVersion(
    fetch,
    'repeats an error until the partition is forgotten',
    async (version) => {
      const topic = await createTopic()
      const first = await startSession([{ topic, offset: 9 }], { version })
      expect(shape(first)).toEqual(['0: OFFSET_OUT_OF_RANGE'])
      const again = await fetchAll([], { sessionId: first.sessionId, sessionEpoch: 1, version })
      expect(shape(again)).toEqual(['0: OFFSET_OUT_OF_RANGE'])
      const forgotten = [{ topic }]
      const gone = await fetchAll([], { sessionId: first.sessionId, sessionEpoch: 2, forgotten, version })
      expect(shape(gone)).toEqual([])
    },
    { from: 7 }
  )

  testEachVersion(
    fetch,
    'ends with the final epoch',
    async (version) => {
      const topic = await createTopic()
      const { sessionId } = await startSession([{ topic }], { version })
      const last = await fetchAll([{ topic }], { sessionId, sessionEpoch: FINAL_EPOCH, version })
      expect(last).toMatchObject({ errorCode: 0, sessionId: 0 })
      expect(shape(last)).toEqual(['0: '])
      const after = await fetchAll([], { sessionId, sessionEpoch: 1, version })
      expect(errorName(after.errorCode)).toBe('FETCH_SESSION_ID_NOT_FOUND')
    },
    { from: 7 }
  )

  testEachVersion(
    fetch,
    'refuses ids it does not know',
    async (version) => {
      const response = await fetchAll([], { sessionId: 123_456_789, sessionEpoch: 1, version })
      expect(errorName(response.errorCode)).toBe('FETCH_SESSION_ID_NOT_FOUND')
      expect(response).toMatchObject({ sessionId: 0, responses: [] })
    },
    { from: 7 }
  )

  testEachVersion(
    fetch,
    'refuses an epoch that is not the next, and goes on with the next',
    async (version) => {
      const topic = await createTopic()
      const { sessionId } = await startSession([{ topic }], { version })
      for (const sessionEpoch of [2, 7]) {
        const response = await fetchAll([], { sessionId, sessionEpoch, version })
        expect(errorName(response.errorCode)).toBe('INVALID_FETCH_SESSION_EPOCH')
        expect(response.responses).toEqual([])
      }
      expect((await fetchAll([], { sessionId, sessionEpoch: 1, version })).errorCode).toBe(0)
      // The same epoch twice is not the next one either.
      expect(errorName((await fetchAll([], { sessionId, sessionEpoch: 1, version })).errorCode)).toBe(
        'INVALID_FETCH_SESSION_EPOCH'
      )
    },
    { from: 7 }
  )

  test('starts anew with epoch 0, which ends the old one', async () => {
    const topic = await createTopic()
    const { sessionId } = await startSession([{ topic }])
    const renewed = await startSession([{ topic }], { sessionId, sessionEpoch: 0 })
    expect(renewed.errorCode).toBe(0)
    expect(renewed.sessionId).not.toBe(sessionId)
    const old = await fetchAll([], { sessionId, sessionEpoch: 1 })
    expect(errorName(old.errorCode)).toBe('FETCH_SESSION_ID_NOT_FOUND')
  })

  test('can start without partitions', async () => {
    const topic = await createTopic()
    const response = await startSession([])
    expect(response).toMatchObject({ errorCode: 0, responses: [] })
    expect(response.sessionId).toBeGreaterThan(0)
    expect(shape(await fetchAll([{ topic }], { sessionId: response.sessionId, sessionEpoch: 1 }))).toEqual(['0: '])
  })

  test('ends when its last partition is forgotten', async () => {
    const topic = await createTopic()
    const { sessionId } = await startSession([{ topic }])
    const response = await fetchAll([], { sessionId, sessionEpoch: 1, forgotten: [{ topic }] })
    expect(response).toMatchObject({ errorCode: 0, responses: [] })
    expect((await fetchAll([], { sessionId, sessionEpoch: 2 })).errorCode).toMatchInlineSnapshot(`70`)
  })

  test('answers when the start of the log moved', async () => {
    const topic = await createTopic()
    await fill(topic, ['a', 'b'])
    const { sessionId } = await startSession([{ topic, offset: 2 }])
    const partitions = [{ partitionIndex: 0, offset: 2 }]
    await request(deleteRecords, 2, { topics: [{ name: topic.name, partitions }], timeoutMs: 5000 })
    const response = await fetchAll([], { sessionId, sessionEpoch: 1 })
    expect(response.responses[0].partitions[0]).toMatchObject({ errorCode: 0, logStartOffset: 2 })
    expect((await fetchAll([], { sessionId, sessionEpoch: 2 })).responses).toEqual([])
  })

  test('keeps topics that are not there yet', async () => {
    const topic = { name: '', topicId: UNKNOWN_TOPIC_ID }
    const first = await startSession([{ topic }])
    expect(shape(first)).toEqual(['0: UNKNOWN_TOPIC_ID'])
    expect(first.sessionId).toBeGreaterThan(0)
    expect(shape(await fetchAll([], { sessionId: first.sessionId, sessionEpoch: 1 }))).toEqual(['0: UNKNOWN_TOPIC_ID'])
  })

  test('refuses to change from names to ids', async () => {
    const topic = await createTopic()
    const { sessionId } = await startSession([{ topic }], { version: 12 })
    const response = await fetchAll([{ topic }], { sessionId, sessionEpoch: 1, version: 13 })
    expect(errorName(response.errorCode)).toBe('FETCH_SESSION_TOPIC_ID_ERROR')
  })

  test('waits for news', async () => {
    const topic = await createTopic()
    const { sessionId } = await startSession([{ topic }])
    const connection = await connect()
    const waiting = fetchAll([], { sessionId, sessionEpoch: 1, maxWaitMs: 15_000, minBytes: 1, connection })
    await sleep(100)
    await fill(topic, ['news'])
    expect(shape(await waiting)).toEqual(['0: 0'])
  })

  test('is refused, and the fetch answered without one, when there are too many', async () => {
    const topic = await createTopic()
    const version = latest(fetch)
    const open = async () => (await startSession([{ topic }], { version })).sessionId
    const openMany = async (count: number) => {
      const sessions: number[] = []
      while (sessions.length < count) sessions.push(await open())
      return sessions.filter((sessionId) => sessionId > 0)
    }
    // The set-up gives the target 80 places.
    const sessions = await openMany(90)
    expect(sessions.length).toBeGreaterThan(60)
    expect(sessions.length).toBeLessThanOrEqual(80)
    for (const sessionId of sessions.slice(0, 20)) await fetchAll([], { sessionId, sessionEpoch: FINAL_EPOCH })
    expect((await openMany(20)).length).toBeGreaterThan(0)
  })
})
