// A decided transaction is told to every partition it wrote to, then completed. This is all done before the client has
// its answer; what the disk refuses is tried again later, and a restart begins here too.
import { ErrorCode, errorName } from '../../error-codes.ts'
import type { Outcome } from '../outcome.ts'
import { type EndMarker, RETRY_MS, type Transaction, type TransactionStore } from './transaction-context.ts'
import type { TransactionMetadata } from './transaction-metadata.ts'
import { eachPartition, NO_PARTITIONS, type TransactionPartitions, withPartitions } from './transaction-partitions.ts'
import type { TransactionRecord } from './transaction-record.ts'
import { isPrepared } from './transaction-state.ts'
import { complete } from './transitions.ts'

/** A partition whose topic is gone needs no marker. */
const NEEDS_NONE: ReadonlySet<ErrorCode> = new Set([ErrorCode.NONE, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION])
/** Somebody with a higher epoch was there: this end is none of that partition's business any more. */
const OVERTAKEN: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.INVALID_PRODUCER_EPOCH,
  ErrorCode.TRANSACTION_COORDINATOR_FENCED
])

export function completeTransaction(
  shard: TransactionStore,
  transactionalId: string
): Outcome<void, TransactionRecord> {
  const transaction = shard.transactions.get(transactionalId)
  if (transaction === undefined || !isPrepared(transaction.metadata.state)) return { response: undefined }
  const { metadata } = transaction
  transaction.missingMarkers = writeMarkers(shard, metadata, transaction.missingMarkers ?? metadata.partitions)
  const retry = () => retryLater(shard, transaction)
  if (transaction.missingMarkers.size > 0) {
    retry()
    return { response: undefined }
  }
  const effect = shard.write(complete(metadata, shard.context.nowMs))
  return { response: undefined, effect: { ...effect, onFailed: retry } }
}

function retryLater({ context }: TransactionStore, { completion }: Transaction): void {
  context.deadlines.schedule(completion, RETRY_MS)
}

/** Returns the partitions that must be tried again. */
function writeMarkers(
  { context, partition }: TransactionStore,
  metadata: TransactionMetadata,
  partitions: TransactionPartitions
): TransactionPartitions {
  const { ports, logger, nowMs } = context
  const { transactionalId, producerId, producerEpoch } = metadata
  const marker: EndMarker = {
    type: metadata.state === 'PrepareCommit' ? 'COMMIT' : 'ABORT',
    ...{ producerId, producerEpoch },
    coordinatorEpoch: ports.coordinatorEpoch(partition),
    timestampMs: nowMs,
    transactionVersion: metadata.clientTransactionVersion
  }
  let missing = NO_PARTITIONS
  for (const target of eachPartition(partitions)) {
    const errorCode = ports.writeMarker(target.topic, target.partition, marker)
    if (NEEDS_NONE.has(errorCode)) continue
    const isOvertaken = OVERTAKEN.has(errorCode)
    logger.warn('could not write the marker of a transaction', {
      ...{ transactionalId, ...target, type: marker.type, error: errorName(errorCode), retries: !isOvertaken }
    })
    if (!isOvertaken) missing = withPartitions(missing, [target])
  }
  return missing
}
