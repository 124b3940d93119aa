// Partitions join a transaction before the first record is written to them: on request (protocol 1), or with the write
// itself (protocol 2). The older protocol's writes are checked against what was added.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { Outcome } from '../outcome.ts'
import type { TransactionStore } from './transaction-context.ts'
import type { ProducerIdentity, TransactionMetadata } from './transaction-metadata.ts'
import { hasPartition, type TopicPartition } from './transaction-partitions.ts'
import type { TransactionRecord } from './transaction-record.ts'
import { isPrepared } from './transaction-state.ts'
import { addPartitions } from './transitions.ts'

export interface TransactionPartitionsRequest extends ProducerIdentity {
  readonly transactionalId: string
  readonly partitions: readonly TopicPartition[]
}

export function addPartitionsStep(
  shard: TransactionStore,
  request: TransactionPartitionsRequest,
  clientTransactionVersion: number
): Outcome<ErrorCode, TransactionRecord> {
  const current = shard.metadata(request.transactionalId)
  if (current === undefined) throw new KafkaError('INVALID_PRODUCER_ID_MAPPING')
  if (isPrepared(current.state)) throw new KafkaError('CONCURRENT_TRANSACTIONS')
  checkProducer(current, request)
  if (
    current.state === 'Ongoing' &&
    request.partitions.every((partition) => hasPartition(current.partitions, partition))
  ) {
    return { response: ErrorCode.NONE }
  }
  const next = addPartitions(current, request.partitions, clientTransactionVersion, shard.context.nowMs)
  return { response: ErrorCode.NONE, effect: shard.write(next) }
}

/** One error per partition of the request, in its order. */
export function verifyPartitionsStep(shard: TransactionStore, request: TransactionPartitionsRequest): ErrorCode[] {
  const current = shard.metadata(request.transactionalId)
  if (current === undefined) throw new KafkaError('INVALID_PRODUCER_ID_MAPPING')
  checkProducer(current, request)
  if (isPrepared(current.state)) throw new KafkaError('CONCURRENT_TRANSACTIONS')
  return request.partitions.map((partition) =>
    hasPartition(current.partitions, partition) ? ErrorCode.NONE : ErrorCode.TRANSACTION_ABORTABLE
  )
}

function checkProducer(current: TransactionMetadata, { producerId, producerEpoch }: ProducerIdentity): void {
  if (current.producerId !== producerId) throw new KafkaError('INVALID_PRODUCER_ID_MAPPING')
  if (current.producerEpoch !== producerEpoch) throw new KafkaError('PRODUCER_FENCED')
}
