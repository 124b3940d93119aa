import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { deleteRecords } from '../../src/protocol/messages/delete-records.ts'
import { readRecords } from './batches.ts'
import { fetchFrom } from './fetch-requests.ts'
import { fill } from './produce-requests.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { createTopic, type Topic } from './topics.ts'
import { request } from './wire.ts'

interface Trim {
  partitionIndex: number
  offset: number
}

async function trim(topic: Pick<Topic, 'name'>, partitions: readonly Trim[], version = latest(deleteRecords)) {
  const response = await request(deleteRecords, version, {
    topics: [{ name: topic.name, partitions }],
    timeoutMs: 10_000
  })
  expect(response.topics.map(({ name }) => name)).toEqual([topic.name])
  return response.topics[0].partitions
    .toSorted((a, b) => a.partitionIndex - b.partitionIndex)
    .map(({ partitionIndex, lowWatermark, errorCode }) => ({
      partitionIndex,
      lowWatermark,
      error: errorName(errorCode)
    }))
}

async function topicWithFiveRecords(): Promise<Topic> {
  const topic = await createTopic()
  for (const value of ['a', 'b', 'c', 'd', 'e']) await fill(topic, [value])
  return topic
}

describe('DeleteRecords', () => {
  testEachVersion(deleteRecords, 'moves the start of the log', async (version) => {
    const topic = await topicWithFiveRecords()
    expect(await trim(topic, [{ partitionIndex: 0, offset: 3 }], version)).toEqual([
      { partitionIndex: 0, lowWatermark: 3, error: 'NONE' }
    ])
    expect(errorName((await fetchFrom(topic, { offset: 2 })).errorCode)).toBe('OFFSET_OUT_OF_RANGE')
    const rest = await fetchFrom(topic, { offset: 3 })
    expect(rest.logStartOffset).toBe(3)
    expect(readRecords(rest.records).map(({ offset, value }) => [offset, value])).toEqual([
      [3, 'd'],
      [4, 'e']
    ])
  })

  test('can start the log in the middle of a batch', async () => {
    const topic = await createTopic()
    await fill(topic, ['a', 'b', 'c'])
    expect(await trim(topic, [{ partitionIndex: 0, offset: 1 }])).toMatchObject([{ lowWatermark: 1, error: 'NONE' }])
    const rest = await fetchFrom(topic, { offset: 1 })
    expect(errorName(rest.errorCode)).toBe('NONE')
    // The whole batch is given; a client drops what lies before its offset.
    expect(readRecords(rest.records).map(({ offset }) => offset)).toEqual([0, 1, 2])
  })

  test('an offset of -1 deletes everything', async () => {
    const topic = await topicWithFiveRecords()
    expect(await trim(topic, [{ partitionIndex: 0, offset: -1 }])).toMatchObject([{ lowWatermark: 5, error: 'NONE' }])
    expect((await fetchFrom(topic, { offset: 5 })).logStartOffset).toBe(5)
    expect(await fill(topic, ['f'])).toBe(5)
  })

  test('never moves the start back', async () => {
    const topic = await topicWithFiveRecords()
    await trim(topic, [{ partitionIndex: 0, offset: 4 }])
    expect(await trim(topic, [{ partitionIndex: 0, offset: 2 }])).toMatchObject([{ lowWatermark: 4, error: 'NONE' }])
  })

  testEachVersion(deleteRecords, 'refuses offsets beyond the end and below -1', async (version) => {
    const topic = await topicWithFiveRecords()
    for (const offset of [6, -2]) {
      expect(await trim(topic, [{ partitionIndex: 0, offset }], version)).toEqual([
        { partitionIndex: 0, lowWatermark: -1, error: 'OFFSET_OUT_OF_RANGE' }
      ])
    }
    expect(await trim(topic, [{ partitionIndex: 0, offset: 5 }], version)).toMatchObject([{ lowWatermark: 5 }])
  })

  testEachVersion(deleteRecords, 'says that a topic or partition is unknown', async (version) => {
    const unknown = { partitionIndex: 0, lowWatermark: -1, error: 'UNKNOWN_TOPIC_OR_PARTITION' }
    expect(await trim({ name: uniqueName('unknown') }, [{ partitionIndex: 0, offset: 0 }], version)).toEqual([unknown])
    const topic = await createTopic()
    expect(await trim(topic, [{ partitionIndex: 7, offset: 0 }], version)).toEqual([{ ...unknown, partitionIndex: 7 }])
    expect(await trim(topic, [{ partitionIndex: -1, offset: 0 }], version)).toEqual([
      { ...unknown, partitionIndex: -1 }
    ])
  })

  test('is refused for a compacted topic', async () => {
    const topic = await createTopic({ configs: { 'cleanup.policy': 'compact' } })
    expect(await trim(topic, [{ partitionIndex: 0, offset: 0 }])).toMatchObject([{ error: 'POLICY_VIOLATION' }])
  })

  test('is allowed for a topic that is compacted and deleted', async () => {
    const topic = await createTopic({ configs: { 'cleanup.policy': 'compact,delete' } })
    expect(await trim(topic, [{ partitionIndex: 0, offset: 0 }])).toMatchObject([{ lowWatermark: 0, error: 'NONE' }])
  })
})
