// EndTxn: commit or abort, decided by one record. What an answer means depends on the protocol. In the older one a
// producer keeps its epoch, so asking again looks like asking the first time. Protocol 2 bumps the epoch at every end:
// a request one epoch behind is the same request again.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { Outcome } from '../outcome.ts'
import type { TransactionStore } from './transaction-context.ts'
import {
  EPOCH_BUMP_VERSION,
  EPOCH_MAX,
  isEpochExhausted,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  type ProducerIdentity,
  type TransactionMetadata
} from './transaction-metadata.ts'
import type { TransactionRecord } from './transaction-record.ts'
import { isIdle, isPrepared } from './transaction-state.ts'
import { complete, prepareEnd, prepareFencingAbort } from './transitions.ts'

export interface EndTransactionRequest extends ProducerIdentity {
  readonly transactionalId: string
  readonly isCommit: boolean
  readonly clientTransactionVersion: number
}

/** Id and epoch are what the producer goes on with in protocol 2; -1 in the older one. */
export interface EndedTransaction extends ProducerIdentity {
  readonly errorCode: ErrorCode
}

export const notEnded = (errorCode: ErrorCode): EndedTransaction => ({
  errorCode,
  producerId: NO_PRODUCER_ID,
  producerEpoch: NO_PRODUCER_EPOCH
})

export function endTransaction(
  shard: TransactionStore,
  request: EndTransactionRequest
): Outcome<EndedTransaction, TransactionRecord> {
  const current = shard.metadata(request.transactionalId)
  if (current === undefined) throw new KafkaError('INVALID_PRODUCER_ID_MAPPING')
  return request.clientTransactionVersion >= EPOCH_BUMP_VERSION
    ? endBumping(shard, current, request)
    : endKeepingEpoch(shard, current, request)
}

function endKeepingEpoch(
  shard: TransactionStore,
  current: TransactionMetadata,
  request: EndTransactionRequest
): Outcome<EndedTransaction, TransactionRecord> {
  if (current.producerId !== request.producerId) throw new KafkaError('INVALID_PRODUCER_ID_MAPPING')
  if (current.producerEpoch !== request.producerEpoch) throw new KafkaError('PRODUCER_FENCED')
  if (isPrepared(current.state)) throw new KafkaError('CONCURRENT_TRANSACTIONS')
  const response = notEnded(ErrorCode.NONE)
  if (current.state === 'Ongoing') {
    const { isCommit } = request
    const { nowMs } = shard.context
    const ending = { isCommit, clientTransactionVersion: 0, nextProducerId: NO_PRODUCER_ID, nowMs }
    return { response, effect: shard.write(prepareEnd(current, ending)) }
  }
  if (!isSameEnd(current, request)) throw invalidTransition(shard, current, request)
  return { response }
}

/*
 * A request one epoch behind repeats the last one; one with the current epoch is new:
 *
 *                    abort              commit
 *                    again    new       again    new
 *   Empty            fenced   aborts    fenced   invalid
 *   CompleteAbort    NONE     aborts    invalid  invalid
 *   CompleteCommit   invalid  aborts    NONE     invalid
 */
function endBumping(
  shard: TransactionStore,
  current: TransactionMetadata,
  request: EndTransactionRequest
): Outcome<EndedTransaction, TransactionRecord> {
  if (isPrepared(current.state)) throw new KafkaError('CONCURRENT_TRANSACTIONS')
  const isAgainAcrossIds = repeatsAcrossIds(current, request)
  if (current.producerId !== request.producerId && !isAgainAcrossIds) {
    throw new KafkaError('INVALID_PRODUCER_ID_MAPPING')
  }
  const isComplete = current.state === 'CompleteCommit' || current.state === 'CompleteAbort'
  const isAgain = isComplete && (isAgainAcrossIds || current.producerEpoch === request.producerEpoch + 1)
  if (!isAgain && current.producerEpoch !== request.producerEpoch) throw new KafkaError('PRODUCER_FENCED')
  if (isAgain) {
    if (!isSameEnd(current, request)) throw invalidTransition(shard, current, request)
    const { producerId, producerEpoch } = current
    return { response: { errorCode: ErrorCode.NONE, producerId, producerEpoch } }
  }
  if (isIdle(current.state) && request.isCommit) throw invalidTransition(shard, current, request)
  const { isCommit, clientTransactionVersion } = request
  const nextProducerId = nextIdWhenExhausted(shard, current)
  const { nowMs } = shard.context
  const prepared = prepareEnd(current, { isCommit, clientTransactionVersion, nextProducerId, nowMs })
  const { producerId, producerEpoch } = complete(prepared, nowMs)
  return { response: { errorCode: ErrorCode.NONE, producerId, producerEpoch }, effect: shard.write(prepared) }
}

/** The end used up the last epoch of a producer id, and the answer with the next id got lost. */
const repeatsAcrossIds = (current: TransactionMetadata, { producerId, producerEpoch }: ProducerIdentity): boolean =>
  current.previousProducerId === producerId && producerEpoch === EPOCH_MAX - 1 && current.producerEpoch === 0

const isSameEnd = ({ state }: TransactionMetadata, { isCommit }: EndTransactionRequest): boolean =>
  state === (isCommit ? 'CompleteCommit' : 'CompleteAbort')

const nextIdWhenExhausted = ({ context }: TransactionStore, { producerEpoch }: TransactionMetadata): number =>
  isEpochExhausted(producerEpoch) ? context.ports.nextProducerId() : NO_PRODUCER_ID

function invalidTransition(
  { context }: TransactionStore,
  { transactionalId, state }: TransactionMetadata,
  { isCommit }: EndTransactionRequest
): KafkaError {
  context.logger.warn('refused to end a transaction that is not in a state for it', {
    transactionalId,
    state,
    isCommit
  })
  return new KafkaError('INVALID_TXN_STATE')
}

/** The open transaction aborted from here, its producer fenced. */
export function fencingAbort(shard: TransactionStore, current: TransactionMetadata): TransactionMetadata {
  const { ports, nowMs } = shard.context
  const nextProducerId = nextIdWhenExhausted(shard, current)
  return prepareFencingAbort(current, ports.transactionVersion(), nextProducerId, nowMs)
}
