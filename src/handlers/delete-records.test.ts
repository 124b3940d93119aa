import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { deleteRecords } from '../protocol/messages/delete-records.ts'
import { buildBatch } from '../records/build-batch.ts'
import { deleteRecordsHandler } from './delete-records.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker

beforeEach(() => {
  test = startTestBroker()
  for (const [name, policy] of [
    ['t', 'delete'],
    ['compact', 'compact'],
    ['both', 'compact,delete'],
    ['__consumer_offsets', 'compact']
  ]) {
    test.createTopic(name, 1, { 'cleanup.policy': policy })
    const records = Array.from({ length: 5 }, () => ({ key: Buffer.from('k'), value: Buffer.from('v') }))
    test.broker.partitions.get(name, 0)!.append(buildBatch({ records, timestampMs: 1 }), { origin: 'client' })
  }
})
afterEach(() => test.close())

/** [error, low watermark] */
async function trim(name: string, offset: number, partitionIndex = 0, version = 2) {
  const request = { timeoutMs: 1000, topics: [{ name, partitions: [{ partitionIndex, offset }] }] }
  const { broker } = test
  const response = await callHandler({ handler: deleteRecordsHandler, api: deleteRecords, version, request, broker })
  const [answer] = response!.topics[0].partitions
  return [answer.errorCode, answer.lowWatermark]
}

it('moves the log start offset forward only', async () => {
  expect(await trim('t', 2, 0, 0)).toEqual([0, 2])
  expect(await trim('t', 1, 0, 1)).toEqual([0, 2])
  expect(await trim('t', -1)).toEqual([0, 5])
  expect(test.broker.partitions.get('t', 0)!.log.logStartOffset).toBe(5)
})

it('refuses offsets outside of the log', async () => {
  expect(await trim('t', 6)).toEqual([ErrorCode.OFFSET_OUT_OF_RANGE, -1])
  expect(await trim('t', -2)).toEqual([ErrorCode.OFFSET_OUT_OF_RANGE, -1])
})

it('refuses unknown, internal and compacted topics', async () => {
  expect(await trim('nope', 0)).toEqual([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1])
  expect(await trim('t', 0, 3)).toEqual([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1])
  expect(await trim('__consumer_offsets', 0)).toEqual([ErrorCode.INVALID_TOPIC_EXCEPTION, -1])
  expect(await trim('compact', 0)).toEqual([ErrorCode.POLICY_VIOLATION, -1])
  expect(await trim('both', 3)).toEqual([0, 3])
})
