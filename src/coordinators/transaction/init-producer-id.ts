// InitProducerId for a transactional id: a new epoch, so that whoever had the id before is fenced.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { Outcome } from '../outcome.ts'
import { fencingAbort } from './end-transaction.ts'
import type { TransactionStore } from './transaction-context.ts'
import {
  isEpochExhausted,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  type ProducerIdentity,
  type TransactionMetadata
} from './transaction-metadata.ts'
import type { TransactionRecord } from './transaction-record.ts'
import { isPrepared } from './transaction-state.ts'
import { incrementEpoch, newTransaction, rotateProducerId } from './transitions.ts'

export interface InitProducerIdRequest {
  readonly transactionalId: string
  readonly timeoutMs: number
  /** What the client says it has; both -1 when it has nothing. */
  readonly expected: ProducerIdentity | undefined
}

export interface InitializedProducer extends ProducerIdentity {
  readonly errorCode: ErrorCode
}

export const notInitialized = (errorCode: ErrorCode): InitializedProducer => ({
  errorCode,
  producerId: NO_PRODUCER_ID,
  producerEpoch: NO_PRODUCER_EPOCH
})

export function initProducer(
  shard: TransactionStore,
  request: InitProducerIdRequest
): Outcome<InitializedProducer, TransactionRecord> {
  const { ports, nowMs } = shard.context
  const { transactionalId, expected } = request
  const current = shard.metadata(transactionalId) ?? newTransaction(transactionalId, ports.nextProducerId(), nowMs)
  if (isPrepared(current.state)) throw new KafkaError('CONCURRENT_TRANSACTIONS')
  if (expected !== undefined && !isOwn(current, expected)) throw new KafkaError('PRODUCER_FENCED')
  if (current.state === 'Ongoing') {
    // What is open is aborted first; the client asks again and gets its epoch then.
    const effect = shard.write(fencingAbort(shard, current))
    return { response: notInitialized(ErrorCode.CONCURRENT_TRANSACTIONS), effect }
  }
  const next = renewed(shard, current, request)
  const { producerId, producerEpoch } = next
  return { response: { errorCode: ErrorCode.NONE, producerId, producerEpoch }, effect: shard.write(next) }
}

/** A producer that had the id before the epochs ran out may ask again: the answer with the new one may be lost. */
const isOwn = (current: TransactionMetadata, { producerId, producerEpoch }: ProducerIdentity): boolean =>
  current.producerEpoch === NO_PRODUCER_EPOCH ||
  producerId === current.producerId ||
  (producerId === current.previousProducerId && isEpochExhausted(producerEpoch))

function renewed(
  { context }: TransactionStore,
  current: TransactionMetadata,
  { timeoutMs, expected }: InitProducerIdRequest
): TransactionMetadata {
  const { ports, nowMs } = context
  const isExhausted = isEpochExhausted(current.producerEpoch)
  if (isExhausted && (expected === undefined || expected.producerEpoch === current.producerEpoch)) {
    return rotateProducerId(current, ports.nextProducerId(), timeoutMs, expected !== undefined, nowMs)
  }
  // Only for the coordinator is one epoch left, and this client does not have the last one of the others.
  if (isExhausted && expected?.producerEpoch !== current.lastProducerEpoch) throw new KafkaError('PRODUCER_FENCED')
  return incrementEpoch(current, timeoutMs, expected?.producerEpoch, nowMs)
}
