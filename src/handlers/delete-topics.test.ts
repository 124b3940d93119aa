import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { errorName } from '../error-codes.ts'
import { deleteTopics } from '../protocol/messages/delete-topics.ts'
import { type RequestInitOf, ZERO_UUID } from '../protocol/schema.ts'
import { deleteTopicsHandler } from './delete-topics.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker
beforeEach(() => {
  test = startTestBroker()
})
afterEach(() => test.close())

async function remove(request: RequestInitOf<typeof deleteTopics>, version = 6) {
  const call = { handler: deleteTopicsHandler, api: deleteTopics, version, request, broker: test.broker }
  const { responses } = (await callHandler(call))!
  return responses.map(({ name, topicId, errorCode, errorMessage }) => [
    name,
    topicId,
    errorName(errorCode),
    errorMessage
  ])
}

it('deletes by name and by id', async () => {
  const a = test.createTopic('a')
  const b = test.createTopic('b')
  expect(await remove({ topics: [{ name: 'a' }, { name: null, topicId: b }] })).toEqual([
    ['b', b, 'NONE', null],
    ['a', a, 'NONE', null]
  ])
  expect([...test.broker.metadata.image.topics()]).toEqual([])
  expect(test.broker.partitions.get('a', 0)).toBeUndefined()
})

it('refuses what names no topic, names one twice, or one that is not there', async () => {
  const a = test.createTopic('a')
  const unknown = 'AAAAAAAAAAAAAAAAAAAAAg'
  const topics = [
    ...[{ name: null }, { name: 'x', topicId: unknown }, { name: 'd' }, { name: 'd' }],
    ...[{ name: 'no' }, { name: null, topicId: unknown }, { name: 'a' }, { name: null, topicId: a }]
  ]
  expect(await remove({ topics })).toEqual([
    [null, ZERO_UUID, 'INVALID_REQUEST', 'Neither topic name nor id were specified.'],
    ['x', unknown, 'INVALID_REQUEST', 'You may not specify both topic name and topic id.'],
    ['d', ZERO_UUID, 'INVALID_REQUEST', 'Duplicate topic name.'],
    [null, unknown, 'UNKNOWN_TOPIC_ID', 'This server does not host this topic ID.'],
    ['no', ZERO_UUID, 'UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition.'],
    ['a', a, 'INVALID_REQUEST', 'The provided topic name maps to an ID that was already supplied.']
  ])
  expect(test.broker.metadata.image.topic('a')).toBeDefined()
})

it.each([1, 5])('takes names in version %i', async (version) => {
  test.createTopic('a')
  expect((await remove({ topicNames: ['a'] }, version)).map(([name, , error]) => [name, error])).toEqual([
    ['a', 'NONE']
  ])
})

it('is refused as a whole where delete.topic.enable is false', async () => {
  await test.close()
  test = startTestBroker({ configs: { 'delete.topic.enable': 'false' } })
  test.createTopic('a')
  const errors = async (version: number) => {
    const request = version >= 6 ? { topics: [{ name: 'a' }] } : { topicNames: ['a'] }
    return (await remove(request, version)).map(([, , error]) => error)
  }
  expect(await errors(6)).toEqual(['TOPIC_DELETION_DISABLED'])
  expect(await errors(2)).toEqual(['INVALID_REQUEST'])
})
