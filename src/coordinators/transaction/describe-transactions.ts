// DescribeTransactions and ListTransactions (KIP-664): what is known of transactional ids.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { describeTransactions } from '../../protocol/messages/describe-transactions.ts'
import type { listTransactions } from '../../protocol/messages/list-transactions.ts'
import type { RequestOf, ResponseInitOf } from '../../protocol/schema.ts'
import type { TransactionStore } from './transaction-context.ts'
import type { TransactionMetadata } from './transaction-metadata.ts'
import { stateOfName, type TransactionState } from './transaction-state.ts'

type Described = NonNullable<ResponseInitOf<typeof describeTransactions>['transactionStates']>[number]
export type ListTransactionsRequest = RequestOf<typeof listTransactions>
export type ListTransactionsResponse = ResponseInitOf<typeof listTransactions>

export function describeTransaction(shard: TransactionStore, transactionalId: string): Described {
  const transaction = shard.transactions.get(transactionalId)
  if (transaction === undefined) return { errorCode: ErrorCode.TRANSACTIONAL_ID_NOT_FOUND, transactionalId }
  const { metadata, missingMarkers } = transaction
  const partitions = missingMarkers ?? metadata.partitions
  return {
    errorCode: ErrorCode.NONE,
    transactionalId,
    transactionState: metadata.state,
    transactionTimeoutMs: metadata.timeoutMs,
    transactionStartTimeMs: metadata.startMs,
    producerId: metadata.producerId,
    producerEpoch: metadata.producerEpoch,
    topics: Array.from(partitions, ([topic, indexes]) => ({ topic, partitions: [...indexes] }))
  }
}

export function listedTransactions(
  shards: Iterable<TransactionStore>,
  request: ListTransactionsRequest,
  nowMs: number
): ListTransactionsResponse {
  const isWanted = transactionFilter(request, nowMs)
  const transactionStates = []
  for (const { transactions } of shards) {
    for (const { metadata } of transactions.values()) {
      if (!isWanted(metadata)) continue
      const { transactionalId, producerId, state } = metadata
      transactionStates.push({ transactionalId, producerId, transactionState: state })
    }
  }
  const unknownStateFilters = [...new Set(request.stateFilters)].filter((name) => stateOfName(name) === undefined)
  return { errorCode: ErrorCode.NONE, unknownStateFilters, transactionStates }
}

function transactionFilter(request: ListTransactionsRequest, nowMs: number) {
  const { producerIdFilters, stateFilters, durationFilter, transactionalIdPattern } = request
  const producerIds = new Set(producerIdFilters)
  const states = new Set<TransactionState | undefined>(stateFilters.map(stateOfName))
  const pattern = transactionalIdPattern ? compiled(transactionalIdPattern) : undefined
  return ({ transactionalId, producerId, state, startMs }: TransactionMetadata): boolean =>
    (producerIds.size === 0 || producerIds.has(producerId)) &&
    (stateFilters.length === 0 || states.has(state)) &&
    (durationFilter < 0 || nowMs - startMs > durationFilter) &&
    (pattern === undefined || pattern.test(transactionalId))
}

/** Has to match the whole id, as in Java. */
function compiled(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'su')
  } catch (error) {
    const reason = `Transaction ID pattern \`${pattern}\` is not a valid regular expression: ${(error as Error).message}.`
    throw new KafkaError('INVALID_REGULAR_EXPRESSION', reason)
  }
}
