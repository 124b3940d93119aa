import { afterEach, beforeEach, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker/testing/test-broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { findCoordinator } from '../protocol/messages/find-coordinator.ts'
import { findCoordinatorHandler } from './find-coordinator.ts'
import { callHandler } from './testing/call-handler.ts'

let test: TestBroker

beforeEach(() => {
  test = startTestBroker()
})
afterEach(() => test.close())

const TRANSACTION = 1
const SHARE = 2

async function ask(keyType: number, version: number) {
  const request = version < 4 ? { key: 'k', keyType } : { keyType, coordinatorKeys: ['k'] }
  const call = { handler: findCoordinatorHandler, api: findCoordinator, version, request, broker: test.broker }
  const response = await callHandler(call)
  const { errorCode, errorMessage, nodeId } = version < 4 ? response! : response!.coordinators[0]
  return { errorCode, errorMessage, nodeId }
}

it('makes the topic of transactions, and is the coordinator of all', async () => {
  for (let version = 1; version <= 6; version++) {
    expect(await ask(TRANSACTION, version), `v${version}`).toMatchObject({ errorCode: ErrorCode.NONE, nodeId: 1 })
  }
  const topic = test.broker.metadata.image.topic('__transaction_state')!
  expect(topic.partitions.length).toBe(50)
  expect(Object.fromEntries(topic.configs)).toEqual({
    'cleanup.policy': 'compact',
    'compression.type': 'uncompressed',
    'min.insync.replicas': '1',
    'segment.bytes': '104857600',
    'unclean.leader.election.enable': 'false'
  })
})

it('refuses share groups', async () => {
  const errorMessage = 'Share groups are not supported by this broker yet.'
  expect(await ask(SHARE, 6)).toEqual({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage, nodeId: -1 })
})
