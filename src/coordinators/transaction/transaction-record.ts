// The records of __transaction_state: all that is known of a transactional id, or a tombstone.
import { Reader } from '../../bytes/reader.ts'
import type { RecordOf } from '../../protocol/schema.ts'
import { transactionLogKey, transactionLogValue } from '../../protocol/stored/transaction-log.ts'
import type { RecordInit } from '../../records/build-batch.ts'
import type { RecordFormat } from '../shard.ts'
import { decodeKey, decodeValue, encodeKey, encodeValue, UnknownRecordTypeError } from '../stored-record.ts'
import { NO_PRODUCER_EPOCH, type TransactionMetadata } from './transaction-metadata.ts'
import { NO_PARTITIONS, type TransactionPartitions } from './transaction-partitions.ts'
import { stateId, stateOfId } from './transaction-state.ts'

export interface TransactionRecord {
  readonly transactionalId: string
  /** Null: the id has expired. */
  readonly metadata: TransactionMetadata | null
  /** The finalized transaction.version: from 1 on values are flexible. */
  readonly transactionVersion: number
}

type Value = RecordOf<typeof transactionLogValue>

function encode({ transactionalId, metadata, transactionVersion }: TransactionRecord): RecordInit {
  const key = encodeKey(transactionLogKey, { transactionalId })
  if (metadata === null) return { key, value: null }
  const fields = {
    producerId: metadata.producerId,
    producerEpoch: metadata.producerEpoch,
    transactionTimeoutMs: metadata.timeoutMs,
    transactionStatus: stateId(metadata.state),
    transactionPartitions: metadata.state === 'Empty' ? null : storedPartitions(metadata.partitions),
    transactionLastUpdateTimestampMs: metadata.lastUpdateMs,
    transactionStartTimestampMs: metadata.startMs
  }
  if (transactionVersion < 1) return { key, value: encodeValue(transactionLogValue, 0, fields) }
  const value = encodeValue(transactionLogValue, 1, {
    ...fields,
    previousProducerId: metadata.previousProducerId,
    nextProducerId: metadata.nextProducerId,
    clientTransactionVersion: metadata.clientTransactionVersion
  })
  return { key, value }
}

const storedPartitions = (partitions: TransactionPartitions) =>
  Array.from(partitions, ([topic, ids]) => ({ topic, partitionIds: [...ids] }))

function decode(key: Buffer, value: Buffer | null): TransactionRecord {
  const reader = new Reader(key)
  const type = reader.int16()
  if (type !== transactionLogKey.key) throw new UnknownRecordTypeError(type)
  const { transactionalId } = decodeKey(transactionLogKey, reader)
  const metadata = value === null ? null : metadataOf(transactionalId, decodeValue(transactionLogValue, value))
  return { transactionalId, metadata, transactionVersion: 0 }
}

const metadataOf = (transactionalId: string, value: Value): TransactionMetadata => ({
  transactionalId,
  producerId: value.producerId,
  previousProducerId: value.previousProducerId,
  nextProducerId: value.nextProducerId,
  producerEpoch: value.producerEpoch,
  lastProducerEpoch: NO_PRODUCER_EPOCH,
  timeoutMs: value.transactionTimeoutMs,
  state: stateOfId(value.transactionStatus),
  partitions: loadedPartitions(value.transactionPartitions),
  startMs: value.transactionStartTimestampMs,
  lastUpdateMs: value.transactionLastUpdateTimestampMs,
  clientTransactionVersion: value.clientTransactionVersion
})

function loadedPartitions(stored: Value['transactionPartitions']): TransactionPartitions {
  if (stored === null) return NO_PARTITIONS
  return new Map(stored.map(({ topic, partitionIds }) => [topic, new Set(partitionIds)]))
}

export const transactionRecordFormat: RecordFormat<TransactionRecord> = { encode, decode }
