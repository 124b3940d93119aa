import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { endTxn } from '../protocol/messages/end-txn.ts'
import { fetch } from '../protocol/messages/fetch.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import { produce } from '../protocol/messages/produce.ts'
import { buildBatch } from '../records/build-batch.ts'
import { endTxnHandler } from './end-txn.ts'
import { fetchHandler } from './fetch.ts'
import { initProducerIdHandler } from './init-producer-id.ts'
import { produceHandler } from './produce.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker
beforeEach(() => {
  test = startTestBroker()
  test.createTopic('t')
  test.broker.transactions.ensureTopic()
})
afterEach(() => test.close())

const VALUE_BYTES = 50_000

/** One record in an open transaction, of a producer that is returned. */
async function write() {
  const { broker } = test
  const init = { transactionalId: 'x', transactionTimeoutMs: 60_000 }
  const producer = (await callHandler({
    ...{ handler: initProducerIdHandler, api: initProducerId, version: 5, request: init, broker }
  }))!
  const { producerId, producerEpoch } = producer
  const value = Buffer.alloc(VALUE_BYTES)
  const records = buildBatch({ records: [{ value }], producerId, producerEpoch, baseSequence: 0, transactional: true })
  const topicData = [{ name: 't', partitionData: [{ index: 0, records }] }]
  const request = { transactionalId: 'x', acks: -1, timeoutMs: 1000, topicData }
  const answer = await callHandler({ handler: produceHandler, api: produce, version: 12, request, broker })
  expect(answer!.responses[0].partitionResponses[0].errorCode).toBe(0)
  return { transactionalId: 'x', producerId, producerEpoch }
}

it('wakes a read_committed fetch with all that the transaction held back, not with the size of its marker', async () => {
  const { broker } = test
  const producer = await write()
  const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20, currentLeaderEpoch: -1 }]
  const waiting = callHandler({
    ...{ handler: fetchHandler, api: fetch, version: 12, broker },
    request: {
      ...{ maxWaitMs: 60_000, minBytes: VALUE_BYTES, maxBytes: 1 << 20, isolationLevel: 1, sessionEpoch: -1 },
      topics: [{ topic: 't', partitions }]
    }
  })
  const request = { ...producer, committed: true }
  const ended = await callHandler({ handler: endTxnHandler, api: endTxn, version: 5, request, broker })
  expect(ended).toMatchObject({ errorCode: 0, producerEpoch: producer.producerEpoch + 1 })
  const { responses } = (await waiting)!
  expect(responses[0].partitions[0]).toMatchObject({ errorCode: 0, lastStableOffset: 2 })
  expect(responses[0].partitions[0].records!.length).toBeGreaterThan(VALUE_BYTES)
})

it('goes on after a restart: the transaction is open, and ends', async () => {
  const producer = await write()
  await test.close()
  test = startTestBroker({ fileSystem: test.fileSystem, clock: test.clock })
  const { broker } = test
  expect(broker.transactions.describeTransaction('x')).toMatchObject({ transactionState: 'Ongoing' })
  expect(broker.partitions.get('t', 0)!.log.lastStableOffset).toBe(0)
  const request = { ...producer, committed: true }
  const ended = await callHandler({ handler: endTxnHandler, api: endTxn, version: 5, request, broker })
  expect(ended!.errorCode).toBe(0)
  expect(broker.partitions.get('t', 0)!.log.lastStableOffset).toBe(2)
})
