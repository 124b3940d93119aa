import { listTransactions } from '../protocol/messages/list-transactions.ts'
import { handler } from './handler.ts'

export const listTransactionsHandler = handler(listTransactions, {
  versions: '0-2',
  access: [{ operation: 'DESCRIBE', resource: 'TRANSACTIONAL_ID' }],
  handle: (request, broker) => broker.transactions.listTransactions(request)
})
