import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { describeProducers } from '../protocol/messages/describe-producers.ts'
import { buildBatch } from '../records/build-batch.ts'
import { describeProducersHandler } from './describe-producers.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker

beforeEach(() => {
  test = startTestBroker()
  test.createTopic('t', 2)
})
afterEach(() => test.close())

async function ask(name: string, index: number) {
  const request = { topics: [{ name, partitionIndexes: [index] }] }
  const { broker } = test
  const call = { handler: describeProducersHandler, api: describeProducers, version: 0, request, broker }
  return (await callHandler(call))!.topics[0].partitions[0]
}

it('lists the producers of a partition', async () => {
  const producer = { producerId: 1234, producerEpoch: 2, baseSequence: 0 }
  const records = [{ value: Buffer.from('a') }, { value: Buffer.from('b') }]
  const batch = buildBatch({ ...producer, records, timestampMs: 5000 })
  test.broker.partitions.get('t', 0)!.append(batch, { origin: 'client' })
  expect((await ask('t', 0)).activeProducers).toEqual([
    {
      ...{ producerId: 1234, producerEpoch: 2, lastSequence: 1, lastTimestamp: 5000 },
      ...{ coordinatorEpoch: -1, currentTxnStartOffset: -1 }
    }
  ])
  expect(await ask('t', 1)).toMatchObject({ errorCode: 0, errorMessage: null, activeProducers: [] })
})

it('refuses what it does not know', async () => {
  const { UNKNOWN_TOPIC_OR_PARTITION, INVALID_TOPIC_EXCEPTION } = ErrorCode
  expect(await ask('t', 9)).toMatchObject({ errorCode: UNKNOWN_TOPIC_OR_PARTITION, errorMessage: null })
  const notHosted = 'This server does not host this topic-partition.'
  expect(await ask('nope', 0)).toMatchObject({ errorCode: UNKNOWN_TOPIC_OR_PARTITION, errorMessage: notHosted })
  const invalid = await ask('b@d', 0)
  expect(invalid.errorCode).toBe(INVALID_TOPIC_EXCEPTION)
  expect(invalid.errorMessage).toContain("'b@d' contains one or more characters")
})
