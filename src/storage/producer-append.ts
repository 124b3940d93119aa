// The rules that a batch with a producer id must keep before it is appended, as Apache Kafka's ProducerAppendInfo: epoch,
// sequence, transaction. One batch at a time; nothing is changed here.

import { KafkaError } from '../error-codes.ts'
import type { EndTransactionMarker } from '../records/control-record.ts'
import type { ProducerEntry } from './producer-entry.ts'

const SEQUENCE_MAX = 0x7fffffff
const NO_EPOCH = -1

export interface ProducerBatch {
  producerId: number
  epoch: number
  firstSequence: number
  /** The offset it is about to get. */
  firstOffset: number
  isTransactional: boolean
}

/** `isClient` adds the check of the sequence: what the broker itself writes carries none. */
export function checkDataBatch(entry: ProducerEntry | undefined, batch: ProducerBatch, isClient: boolean): void {
  if (entry !== undefined && batch.epoch < entry.epoch) throw staleEpoch(entry, batch.epoch, batch.firstOffset, '<', -1)
  if (isClient) checkSequence(entry, batch)
  if (entry !== undefined && entry.currentTransactionFirstOffset >= 0 && !batch.isTransactional) {
    throw new KafkaError(
      'INVALID_TXN_STATE',
      `Expected transactional write from producer ${batch.producerId} at offset ${batch.firstOffset}`
    )
  }
}

function checkSequence(entry: ProducerEntry | undefined, batch: ProducerBatch): void {
  const { producerId, epoch, firstSequence, firstOffset } = batch
  // Nothing known of the producer (its records may have been deleted by retention): any sequence is taken.
  if (entry === undefined || entry.epoch === NO_EPOCH) return
  if (epoch !== entry.epoch) {
    if (firstSequence === 0) return
    throw outOfOrder(
      `Invalid sequence number for new epoch of producer ${producerId} at offset ${firstOffset}: ${epoch} ` +
        `(request epoch), ${firstSequence} (seq. number), ${entry.epoch} (current producer epoch)`
    )
  }
  const last = entry.lastSequence
  if (firstSequence === last + 1 || (firstSequence === 0 && last === SEQUENCE_MAX)) return
  throw outOfOrder(
    `Out of order sequence number for producer ${producerId} at offset ${firstOffset}: ${firstSequence} ` +
      `(incoming seq. number), ${last} (current end sequence number)`
  )
}

export interface MarkerBatch {
  epoch: number
  offset: number
  /** transaction.version 2 bumps the epoch with each marker (KIP-890); 0 and 1 do not. */
  transactionVersion: number
}

const EPOCH_MAX = 0x7fff

export function checkMarker(entry: ProducerEntry | undefined, batch: MarkerBatch, marker: EndTransactionMarker): void {
  if (entry === undefined) return
  const { epoch, offset, transactionVersion } = batch
  const isStale = transactionVersion >= 2 ? epoch <= entry.epoch : epoch < entry.epoch
  // A marker that is sent again after it was written: the transaction is over, a second marker changes nothing.
  const isOver = entry.currentTransactionFirstOffset < 0 || epoch === EPOCH_MAX
  const isRetry = transactionVersion >= 2 && epoch === entry.epoch && isOver
  if (isStale && !isRetry)
    throw staleEpoch(entry, epoch, offset, transactionVersion >= 2 ? '<=' : '<', transactionVersion)
  if (entry.coordinatorEpoch > marker.coordinatorEpoch) {
    throw new KafkaError(
      'TRANSACTION_COORDINATOR_FENCED',
      `Invalid coordinator epoch for producerId ${entry.producerId} at offset ${offset}: ` +
        `${marker.coordinatorEpoch} (zombie), ${entry.coordinatorEpoch} (current)`
    )
  }
}

function staleEpoch(
  entry: ProducerEntry,
  epoch: number,
  offset: number,
  relation: string,
  version: number
): KafkaError {
  return new KafkaError(
    'INVALID_PRODUCER_EPOCH',
    `Epoch of producer ${entry.producerId} at offset ${offset} is ${epoch}, which is ${relation} ` +
      `the last seen epoch ${entry.epoch} (TV${version})`
  )
}

function outOfOrder(message: string): KafkaError {
  return new KafkaError('OUT_OF_ORDER_SEQUENCE_NUMBER', message)
}
