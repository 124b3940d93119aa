// EndTxn: commit or abort. From version 5 on the answer has the epoch to go on with (KIP-890).
import { notEnded } from '../coordinators/transaction/end-transaction.ts'
import { endTxn } from '../protocol/messages/end-txn.ts'
import { after } from './after.ts'
import { fencedError } from './fenced-error.ts'
import { handler } from './handler.ts'

export const endTxnHandler = handler(endTxn, {
  versions: '0-5',
  access: [{ operation: 'WRITE', resource: 'TRANSACTIONAL_ID' }],
  handle({ transactionalId, producerId, producerEpoch, committed }, broker, { apiVersion }) {
    const clientTransactionVersion = apiVersion >= 5 ? 2 : 0
    const request = { transactionalId, producerId, producerEpoch, isCommit: committed, clientTransactionVersion }
    return after(broker.transactions.endTransaction(request), (answer) => ({
      ...answer,
      errorCode: fencedError(answer.errorCode, apiVersion >= 2)
    }))
  },
  errorResponse: (errorCode) => notEnded(errorCode)
})
