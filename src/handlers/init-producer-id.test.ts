import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import type { RequestInitOf } from '../protocol/schema.ts'
import { initProducerIdHandler } from './init-producer-id.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker

beforeEach(() => {
  test = startTestBroker()
})
afterEach(() => test.close())

/** [error, id, epoch] */
async function ask(request: RequestInitOf<typeof initProducerId> = {}, version = 4) {
  const full = { transactionalId: null, transactionTimeoutMs: 1000, ...request }
  const { broker } = test
  const call = { handler: initProducerIdHandler, api: initProducerId, version, request: full, broker }
  const response = await callHandler(call)
  return [response!.errorCode, response!.producerId, response!.producerEpoch]
}

it('gives every producer another id', async () => {
  for (let version = 0; version <= 5; version++) expect(await ask({}, version)).toEqual([0, version, 0])
  expect(await ask({ producerId: 2, producerEpoch: 3 })).toEqual([0, 6, 0])
})

it('never gives an id twice, also after a restart and over many blocks', async () => {
  const seen = new Set<number>()
  for (let life = 0; life < 3; life++) {
    for (let i = 0; i < 1500; i++) seen.add((await ask())[1])
    await test.close()
    test = startTestBroker({ fileSystem: test.fileSystem, clock: test.clock })
  }
  expect(seen.size).toBe(4500)
})

it('refuses an id without an epoch, and an empty transactional id', async () => {
  expect(await ask({ producerId: 5 })).toEqual([ErrorCode.INVALID_REQUEST, -1, -1])
  expect(await ask({ producerEpoch: 5 })).toEqual([ErrorCode.INVALID_REQUEST, -1, -1])
  expect(await ask({ transactionalId: '' })).toEqual([ErrorCode.INVALID_REQUEST, -1, -1])
  expect(await ask({ transactionalId: 'x' })).toEqual([ErrorCode.NOT_COORDINATOR, -1, -1])
})
