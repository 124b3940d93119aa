import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { offsetForLeaderEpoch } from '../protocol/messages/offset-for-leader-epoch.ts'
import { buildBatch } from '../records/build-batch.ts'
import { offsetForLeaderEpochHandler } from './offset-for-leader-epoch.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker

beforeEach(() => {
  test = startTestBroker()
  test.createTopic('t', 1)
  const records = [{ value: Buffer.from('a') }, { value: Buffer.from('b') }]
  test.broker.partitions.get('t', 0)!.append(buildBatch({ records, timestampMs: 1 }), { origin: 'client' })
})
afterEach(() => test.close())

/** [error, leader epoch, end offset] */
async function ask(version: number, leaderEpoch: number, currentLeaderEpoch = -1, partition = 0) {
  const request = { topics: [{ topic: 't', partitions: [{ partition, currentLeaderEpoch, leaderEpoch }] }] }
  const api = offsetForLeaderEpoch
  const response = await callHandler({
    handler: offsetForLeaderEpochHandler,
    api,
    version,
    request,
    broker: test.broker
  })
  const [answer] = response!.topics[0].partitions
  return [answer.errorCode, answer.leaderEpoch, answer.endOffset]
}

for (const version of [2, 3, 4]) {
  it(`says where an epoch ends, version ${version}`, async () => {
    expect(await ask(version, 0)).toEqual([0, 0, 2])
    expect(await ask(version, 5)).toEqual([0, -1, -1])
    expect(await ask(version, -1)).toEqual([0, -1, -1])
  })
}

it('refuses unknown partitions and epochs', async () => {
  expect(await ask(4, 0, -1, 7)).toEqual([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1, -1])
  expect(await ask(4, 0, 3)).toEqual([ErrorCode.UNKNOWN_LEADER_EPOCH, -1, -1])
})
