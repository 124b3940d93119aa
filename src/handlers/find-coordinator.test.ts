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

it('refuses transactional producers with an error that their client takes as final', async () => {
  const errorMessage = 'Transactions are not supported by this broker yet.'
  for (let version = 1; version <= 6; version++) {
    const errorCode = version < 3 ? ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED : ErrorCode.INVALID_REQUEST
    expect(await ask(TRANSACTION, version), `v${version}`).toEqual({ errorCode, errorMessage, nodeId: -1 })
  }
})

it('refuses share groups', async () => {
  const errorMessage = 'Share groups are not supported by this broker yet.'
  expect(await ask(SHARE, 6)).toEqual({ errorCode: ErrorCode.INVALID_REQUEST, errorMessage, nodeId: -1 })
})
