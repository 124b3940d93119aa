// Produce: versions, acknowledgements, what is refused, and what is kept. Idempotent producers have a file of their own.
import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { produce } from '../../src/protocol/messages/produce.ts'
import { batchOf, readRecords, valuesIn } from './batches.ts'
import { fetchFrom } from './fetch-requests.ts'
import { ensureOffsetsTopic } from './offsets-topic.ts'
import { fill, produceRequest, produceTo } from './produce-requests.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { createTopic, UNKNOWN_TOPIC_ID } from './topics.ts'
import { connect, request } from './wire.ts'

const accepted = { index: 0, errorCode: 0, logAppendTimeMs: -1, recordErrors: [], errorMessage: null }

describe('Produce', () => {
  testEachVersion(produce, 'appends records and gives their first offset', async (version) => {
    const topic = await createTopic()
    const first = await produceTo(topic, batchOf(['a', 'b', 'c']), { version })
    expect(first).toMatchObject({ ...accepted, baseOffset: 0, logStartOffset: version >= 5 ? 0 : -1 })
    const second = await produceTo(topic, batchOf(['d']), { version })
    expect(second).toMatchObject({ ...accepted, baseOffset: 3 })
    expect(valuesIn((await fetchFrom(topic)).records)).toEqual(['a', 'b', 'c', 'd'])
  })

  testEachVersion(produce, 'answers acks 1 like acks -1', async (version) => {
    const topic = await createTopic()
    expect(await produceTo(topic, batchOf(['a']), { version, acks: 1 })).toMatchObject({ ...accepted, baseOffset: 0 })
  })

  testEachVersion(produce, 'does not answer acks 0, and keeps the records', async (version) => {
    const topic = await createTopic()
    const connection = await connect()
    connection.send(produce, version, produceRequest(topic, batchOf(['quiet']), { version, acks: 0 }))
    // The next answer on the connection is the one to the next request.
    const answered = await produceTo(topic, batchOf(['loud']), { version, connection })
    expect(answered).toMatchObject({ ...accepted, baseOffset: 1 })
    expect(valuesIn((await fetchFrom(topic)).records)).toEqual(['quiet', 'loud'])
  })

  testEachVersion(produce, 'answers several topics and partitions', async (version) => {
    const topics = [await createTopic({ partitions: 2 }), await createTopic()]
    const dataOf = (index: number) => ({ index, records: batchOf([`in ${index}`]) })
    const [two, one] = topics.map((topic) => (version >= 13 ? { topicId: topic.topicId } : { name: topic.name }))
    const response = await request(produce, version, {
      acks: -1,
      timeoutMs: 10_000,
      topicData: [
        { ...two, partitionData: [dataOf(0), dataOf(1), dataOf(2)] },
        { ...one, partitionData: [dataOf(0)] }
      ]
    })
    const answers = response.responses.flatMap(({ name, topicId, partitionResponses }) =>
      partitionResponses.map(({ index, errorCode, baseOffset }) => ({
        topic: topics.findIndex((topic) => (version >= 13 ? topic.topicId === topicId : topic.name === name)),
        index,
        error: errorName(errorCode),
        baseOffset
      }))
    )
    expect(answers.toSorted((a, b) => a.topic - b.topic || a.index - b.index)).toEqual([
      { topic: 0, index: 0, error: 'NONE', baseOffset: 0 },
      { topic: 0, index: 1, error: 'NONE', baseOffset: 0 },
      { topic: 0, index: 2, error: 'UNKNOWN_TOPIC_OR_PARTITION', baseOffset: -1 },
      { topic: 1, index: 0, error: 'NONE', baseOffset: 0 }
    ])
    expect(response.throttleTimeMs).toBe(0)
    expect(response.nodeEndpoints).toEqual([])
  })

  test('answers an empty request', async () => {
    const response = await request(produce, latest(produce), { acks: -1, timeoutMs: 1000, topicData: [] })
    expect(response.responses).toEqual([])
  })

  testEachVersion(
    produce,
    'says that a topic name is unknown, and does not create it',
    async (version) => {
      const topic = { name: uniqueName('unknown'), topicId: UNKNOWN_TOPIC_ID }
      expect(await produceTo(topic, batchOf(['a']), { version })).toMatchObject({
        index: 0,
        errorCode: 3,
        baseOffset: -1,
        logAppendTimeMs: -1,
        logStartOffset: -1,
        recordErrors: []
      })
    },
    { to: 12 }
  )

  test('says that a topic id is unknown', async () => {
    const topic = { name: '', topicId: UNKNOWN_TOPIC_ID }
    const outcome = await produceTo(topic, batchOf(['a']))
    expect([errorName(outcome.errorCode), outcome.errorMessage]).toEqual(['UNKNOWN_TOPIC_ID', null])
  })

  testEachVersion(produce, 'says that a partition is unknown', async (version) => {
    const topic = await createTopic()
    for (const partition of [1, -1]) {
      const outcome = await produceTo(topic, batchOf(['a']), { version, partition })
      expect(outcome).toMatchObject({ index: partition, errorCode: 3, baseOffset: -1, logStartOffset: -1 })
    }
  })

  testEachVersion(produce, 'refuses acks that do not exist', async (version) => {
    const topic = await createTopic()
    for (const acks of [2, -2]) {
      const outcome = await produceTo(topic, batchOf(['a']), { version, acks })
      expect(errorName(outcome.errorCode)).toBe('INVALID_REQUIRED_ACKS')
      expect(outcome.baseOffset).toBe(-1)
    }
    expect((await fetchFrom(topic)).highWatermark).toBe(0)
  })

  test('closes the connection when acks 0 fails', async () => {
    const topic = await createTopic()
    const connection = await connect()
    connection.send(produce, 12, produceRequest(topic, batchOf(['a']), { version: 12, acks: 0, partition: 9 }))
    await connection.closed
  })

  test('appends to an internal topic only for the admin client', async () => {
    const outcome = await produceTo(await ensureOffsetsTopic(), batchOf(['a']))
    expect(errorName(outcome.errorCode)).toBe('INVALID_TOPIC_EXCEPTION')
  })

  test('a transactional id alone changes nothing', async () => {
    const topic = await createTopic()
    const outcome = await produceTo(topic, batchOf(['a']), { transactionalId: uniqueName('transaction') })
    expect(outcome).toMatchObject({ ...accepted, baseOffset: 0 })
  })

  test('takes a batch without a timestamp', async () => {
    const topic = await createTopic()
    expect(await produceTo(topic, batchOf(['a'], { timestampMs: -1 }))).toMatchObject({ ...accepted, baseOffset: 0 })
  })

  test('keeps keys, null values and headers', async () => {
    const topic = await createTopic()
    await produceTo(
      topic,
      batchOf([{ key: 'k', value: null }, { value: '' }, { key: '', value: 'v', headers: { h: null } }])
    )
    expect(readRecords((await fetchFrom(topic)).records)).toEqual([
      { offset: 0, key: 'k', value: null },
      { offset: 1, key: null, value: '' },
      { offset: 2, key: '', value: 'v' }
    ])
  })

  describe('on a compacted topic', () => {
    const compacted = () => createTopic({ configs: { 'cleanup.policy': 'compact' } })

    testEachVersion(
      produce,
      'refuses records without a key, naming each',
      async (version) => {
        const topic = await compacted()
        const outcome = await produceTo(
          topic,
          batchOf([{ key: 'k', value: 'a' }, { value: 'b' }, { key: 'k', value: 'c' }, { value: 'd' }]),
          { version }
        )
        expect(errorName(outcome.errorCode)).toBe('INVALID_RECORD')
        expect(outcome.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([1, 3])
        const reason = `Compacted topic cannot accept message without key in topic partition ${topic.name}-0`
        expect(outcome.recordErrors.map(({ batchIndexErrorMessage }) => batchIndexErrorMessage)).toEqual([
          reason,
          reason
        ])
        expect(outcome.errorMessage).toBe(
          'One or more records have been rejected due to 2 record errors in total, and only showing the first three ' +
            `errors at most: [RecordError(batchIndex=1, message='${reason}'), RecordError(batchIndex=3, message='${reason}')]`
        )
        expect((await fetchFrom(topic)).highWatermark).toBe(0)
      },
      { from: 8 }
    )

    testEachVersion(
      produce,
      'refuses records without a key',
      async (version) => {
        const outcome = await produceTo(await compacted(), batchOf(['a']), { version })
        expect(errorName(outcome.errorCode)).toBe('INVALID_RECORD')
      },
      { to: 7 }
    )

    test('takes a tombstone', async () => {
      const outcome = await produceTo(await compacted(), batchOf([{ key: 'k', value: null }]))
      expect(outcome).toMatchObject({ ...accepted, baseOffset: 0 })
    })
  })

  test('never wants more replicas in sync than there are', async () => {
    const topic = await createTopic({ configs: { 'min.insync.replicas': '2' } })
    expect(await fill(topic, ['a'], { acks: -1 })).toBe(0)
    expect(await fill(topic, ['b'], { acks: 1 })).toBe(1)
  })
})
