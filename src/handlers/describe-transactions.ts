import { describeTransactions } from '../protocol/messages/describe-transactions.ts'
import { handler } from './handler.ts'

export const describeTransactionsHandler = handler(describeTransactions, {
  versions: '0',
  access: [
    { operation: 'DESCRIBE', resource: 'TRANSACTIONAL_ID' },
    { operation: 'DESCRIBE', resource: 'TOPIC' }
  ],
  handle: ({ transactionalIds }, broker) => ({
    transactionStates: transactionalIds.map((id) => broker.transactions.describeTransaction(id))
  }),
  errorResponse: (errorCode, _message, { transactionalIds }) => ({
    transactionStates: transactionalIds.map((transactionalId) => ({ transactionalId, errorCode }))
  })
})
