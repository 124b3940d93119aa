import { describe, expect, test } from 'vitest'
import { errorName } from '../../src/error-codes.ts'
import { deleteTopics } from '../../src/protocol/messages/delete-topics.ts'
import { ZERO_UUID } from '../../src/protocol/schema.ts'
import { fill } from './produce-requests.ts'
import { latest, testEachVersion } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { createTopic, topicGone, UNKNOWN_TOPIC_ID } from './topics.ts'
import { request } from './wire.ts'

interface TopicState {
  name?: string | null
  topicId?: string
}

async function remove(topics: readonly TopicState[], version = latest(deleteTopics)) {
  const timeoutMs = 15_000
  const body = version >= 6 ? { topics, timeoutMs } : { topicNames: topics.map(({ name }) => name ?? ''), timeoutMs }
  const response = await request(deleteTopics, version, body)
  expect(response.throttleTimeMs).toBe(0)
  return response.responses.map(({ name, topicId, errorCode, errorMessage }) => ({
    name,
    topicId,
    error: errorName(errorCode),
    errorMessage
  }))
}

describe('DeleteTopics', () => {
  testEachVersion(deleteTopics, 'deletes a topic by name', async (version) => {
    const topic = await createTopic({ partitions: 2 })
    const topicId = version >= 6 ? topic.topicId : ZERO_UUID
    expect(await remove([{ name: topic.name }], version)).toEqual([
      { name: topic.name, topicId, error: 'NONE', errorMessage: null }
    ])
    await topicGone(topic.name)
  })

  test('deletes a topic by id', async () => {
    const topic = await createTopic()
    expect(await remove([{ name: null, topicId: topic.topicId }])).toEqual([
      { ...topic, error: 'NONE', errorMessage: null }
    ])
    await topicGone(topic.name)
  })

  test('deletes a topic that has records', async () => {
    const topic = await createTopic()
    await fill(topic, ['one', 'two'])
    expect(await remove([{ name: topic.name }])).toMatchObject([{ error: 'NONE' }])
    await topicGone(topic.name)
    const again = await createTopic({ name: topic.name })
    expect(again.topicId).not.toBe(topic.topicId)
    expect(await fill(again, ['new'])).toBe(0)
  })

  testEachVersion(deleteTopics, 'says that a name is unknown', async (version) => {
    const name = uniqueName('unknown')
    const message = version >= 5 ? 'This server does not host this topic-partition.' : null
    expect(await remove([{ name }], version)).toEqual([
      { name, topicId: ZERO_UUID, error: 'UNKNOWN_TOPIC_OR_PARTITION', errorMessage: message }
    ])
  })

  test('says that an id is unknown', async () => {
    expect(await remove([{ name: null, topicId: UNKNOWN_TOPIC_ID }])).toEqual([
      {
        name: null,
        topicId: UNKNOWN_TOPIC_ID,
        error: 'UNKNOWN_TOPIC_ID',
        errorMessage: 'This server does not host this topic ID.'
      }
    ])
  })

  test('refuses neither name nor id', async () => {
    expect(await remove([{ name: null }])).toMatchInlineSnapshot(`
      [
        {
          "error": "INVALID_REQUEST",
          "errorMessage": "Neither topic name nor id were specified.",
          "name": null,
          "topicId": "AAAAAAAAAAAAAAAAAAAAAA",
        },
      ]
    `)
  })

  test('refuses both name and id', async () => {
    const topic = await createTopic()
    const [outcome] = await remove([topic])
    expect({
      ...outcome,
      name: outcome.name === topic.name,
      topicId: outcome.topicId === topic.topicId
    }).toMatchInlineSnapshot(`
      {
        "error": "INVALID_REQUEST",
        "errorMessage": "You may not specify both topic name and topic id.",
        "name": true,
        "topicId": true,
      }
    `)
  })

  test('refuses a name that stands twice, and deletes nothing', async () => {
    const topic = await createTopic()
    const outcomes = await remove([{ name: topic.name }, { name: topic.name }])
    expect(outcomes.map(({ error, errorMessage }) => [error, errorMessage])).toMatchInlineSnapshot(`
      [
        [
          "INVALID_REQUEST",
          "Duplicate topic name.",
        ],
      ]
    `)
  })

  test('refuses a name and the id of the same topic', async () => {
    const topic = await createTopic()
    const outcomes = await remove([{ name: topic.name }, { name: null, topicId: topic.topicId }])
    expect(outcomes.map(({ error, errorMessage }) => [error, errorMessage])).toMatchInlineSnapshot(`
      [
        [
          "INVALID_REQUEST",
          "The provided topic name maps to an ID that was already supplied.",
        ],
      ]
    `)
  })

  test('judges each topic by itself', async () => {
    const topic = await createTopic()
    const name = uniqueName('unknown')
    const outcomes = await remove([{ name: topic.name }, { name }])
    expect(Object.fromEntries(outcomes.map((outcome) => [outcome.name, outcome.error]))).toEqual({
      [topic.name]: 'NONE',
      [name]: 'UNKNOWN_TOPIC_OR_PARTITION'
    })
  })

  test('answers an empty request', async () => {
    expect(await remove([])).toEqual([])
  })
})
