// InitProducerId: a fresh id with epoch 0 for every idempotent producer; for a transactional one the coordinator knows.
import { notInitialized } from '../coordinators/transaction/init-producer-id.ts'
import { ErrorCode } from '../error-codes.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import { after } from './after.ts'
import { fencedError } from './fenced-error.ts'
import { handler } from './handler.ts'

const NONE = -1

export const initProducerIdHandler = handler(initProducerId, {
  versions: '0-5',
  access: [
    { operation: 'WRITE', resource: 'TRANSACTIONAL_ID' },
    { operation: 'IDEMPOTENT_WRITE', resource: 'CLUSTER' }
  ],
  handle({ transactionalId, transactionTimeoutMs, producerId, producerEpoch }, broker, { apiVersion }) {
    // KIP-360: either both or none; an idempotent producer that bumps its epoch gets a new id all the same.
    if ((producerId === NONE) !== (producerEpoch === NONE)) return notInitialized(ErrorCode.INVALID_REQUEST)
    if (transactionalId === null) {
      const producerId = broker.producerIds.next()
      // After a power cut the next block must not begin where this one did.
      return broker.metadata.flush().then(() => ({ errorCode: ErrorCode.NONE, producerId, producerEpoch: 0 }))
    }
    const expected = producerId === NONE ? undefined : { producerId, producerEpoch }
    const request = { transactionalId, timeoutMs: transactionTimeoutMs, expected }
    return after(broker.transactions.initProducerId(request), (answer) => ({
      ...answer,
      errorCode: fencedError(answer.errorCode, apiVersion >= 4)
    }))
  },
  errorResponse: (errorCode) => notInitialized(errorCode)
})
