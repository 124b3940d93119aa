// InitProducerId for idempotent producers: a fresh id with epoch 0 for everyone who asks.
import { ErrorCode } from '../error-codes.ts'
import { initProducerId } from '../protocol/messages/init-producer-id.ts'
import { handler } from './handler.ts'

const NONE = -1

export const initProducerIdHandler = handler(initProducerId, {
  versions: '0-5',
  access: [
    { operation: 'WRITE', resource: 'TRANSACTIONAL_ID' },
    { operation: 'IDEMPOTENT_WRITE', resource: 'CLUSTER' }
  ],
  handle({ transactionalId, producerId, producerEpoch }, broker, context) {
    // KIP-360: either both or none; an idempotent producer that bumps its epoch gets a new id all the same.
    if ((producerId === NONE) !== (producerEpoch === NONE)) return refused(ErrorCode.INVALID_REQUEST)
    if (transactionalId === null) {
      const producerId = broker.producerIds.next()
      // After a power cut the next block must not begin where this one did.
      return broker.metadata.flush().then(() => ({ errorCode: ErrorCode.NONE, producerId, producerEpoch: 0 }))
    }
    if (transactionalId === '') return refused(ErrorCode.INVALID_REQUEST)
    broker.logger.warn('refused a transactional producer: transactions are not supported yet', {
      transactionalId,
      clientId: context.clientId
    })
    return refused(ErrorCode.UNSUPPORTED_VERSION)
  },
  errorResponse: (errorCode) => refused(errorCode)
})

const refused = (errorCode: ErrorCode) => ({ errorCode, producerId: NONE, producerEpoch: NONE })
