// Every way from one state of a transaction to the next, as values: nothing is written here and nothing is refused that
// a client could have caused, except an epoch that is not its own any more.
import { KafkaError } from '../../error-codes.ts'
import {
  EPOCH_BUMP_VERSION,
  EPOCH_MAX,
  isEpochExhausted,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  type TransactionMetadata
} from './transaction-metadata.ts'
import { NO_PARTITIONS, type TopicPartition, withPartitions } from './transaction-partitions.ts'
import { isIdle, mayFollow } from './transaction-state.ts'

type Change = Partial<Omit<TransactionMetadata, 'transactionalId' | 'previousProducerId'>> &
  Pick<TransactionMetadata, 'state'>

function changed(from: TransactionMetadata, change: Change): TransactionMetadata {
  if (!mayFollow(from.state, change.state)) {
    throw new Error(`transactional id ${from.transactionalId} cannot go from ${from.state} to ${change.state}`)
  }
  return { ...from, ...change, previousProducerId: from.producerId }
}

/** A transactional id that nobody has used before; its first epoch comes with `incrementEpoch`. */
export const newTransaction = (transactionalId: string, producerId: number, nowMs: number): TransactionMetadata => ({
  transactionalId,
  producerId,
  previousProducerId: NO_PRODUCER_ID,
  nextProducerId: NO_PRODUCER_ID,
  producerEpoch: NO_PRODUCER_EPOCH,
  lastProducerEpoch: NO_PRODUCER_EPOCH,
  timeoutMs: 0,
  state: 'Empty',
  partitions: NO_PARTITIONS,
  startMs: -1,
  lastUpdateMs: nowMs,
  clientTransactionVersion: 0
})

/** `expectedEpoch`: what a producer says it has (KIP-360). PRODUCER_FENCED when another one came after it. */
export function incrementEpoch(
  from: TransactionMetadata,
  timeoutMs: number,
  expectedEpoch: number | undefined,
  nowMs: number
): TransactionMetadata {
  return changed(from, { state: 'Empty', ...nextEpoch(from, expectedEpoch), ...restarted(timeoutMs, nowMs) })
}

function nextEpoch(from: TransactionMetadata, expectedEpoch: number | undefined) {
  const { producerEpoch, lastProducerEpoch } = from
  if (expectedEpoch === undefined) {
    return { producerEpoch: producerEpoch + 1, lastProducerEpoch: NO_PRODUCER_EPOCH }
  }
  if (producerEpoch === NO_PRODUCER_EPOCH || expectedEpoch === producerEpoch) {
    return { producerEpoch: producerEpoch + 1, lastProducerEpoch: producerEpoch }
  }
  // It asks again because the answer got lost, and it is still the last one that asked.
  if (expectedEpoch === lastProducerEpoch) return { producerEpoch, lastProducerEpoch }
  throw new KafkaError('PRODUCER_FENCED')
}

/** The epochs of the producer id are used up: another id, beginning at epoch 0. */
export function rotateProducerId(
  from: TransactionMetadata,
  producerId: number,
  timeoutMs: number,
  keepsLastEpoch: boolean,
  nowMs: number
): TransactionMetadata {
  const lastProducerEpoch = keepsLastEpoch ? from.producerEpoch : NO_PRODUCER_EPOCH
  return changed(from, {
    state: 'Empty',
    producerId,
    producerEpoch: 0,
    lastProducerEpoch,
    ...restarted(timeoutMs, nowMs)
  })
}

const restarted = (timeoutMs: number, nowMs: number) => ({
  timeoutMs,
  partitions: NO_PARTITIONS,
  startMs: -1,
  lastUpdateMs: nowMs
})

export function addPartitions(
  from: TransactionMetadata,
  added: Iterable<TopicPartition>,
  clientTransactionVersion: number,
  nowMs: number
): TransactionMetadata {
  return changed(from, {
    state: 'Ongoing',
    partitions: withPartitions(from.partitions, added),
    startMs: isIdle(from.state) ? nowMs : from.startMs,
    lastUpdateMs: nowMs,
    clientTransactionVersion
  })
}

export interface Ending {
  readonly isCommit: boolean
  readonly clientTransactionVersion: number
  /** For when the epochs of the present one are used up. */
  readonly nextProducerId: number
  readonly nowMs: number
}

/** Decides the transaction. Protocol 2 bumps the epoch with it, so that nothing sent before can follow it. */
export function prepareEnd(from: TransactionMetadata, ending: Ending): TransactionMetadata {
  const { isCommit, clientTransactionVersion, nextProducerId, nowMs } = ending
  const bumps = clientTransactionVersion >= EPOCH_BUMP_VERSION
  return changed(from, {
    state: isCommit ? 'PrepareCommit' : 'PrepareAbort',
    // At the very last epoch, which no client ever gets, an abort still has to go through.
    producerEpoch: bumps && from.producerEpoch < EPOCH_MAX ? from.producerEpoch + 1 : from.producerEpoch,
    lastProducerEpoch: bumps ? from.producerEpoch : from.lastProducerEpoch,
    startMs: from.state === 'Ongoing' ? from.startMs : nowMs,
    nextProducerId,
    lastUpdateMs: nowMs,
    clientTransactionVersion
  })
}

/** The coordinator ends the transaction itself: its producer has to notice, so it loses its epoch in either protocol. */
export function prepareFencingAbort(
  from: TransactionMetadata,
  transactionVersion: number,
  nextProducerId: number,
  nowMs: number
): TransactionMetadata {
  const bumps = transactionVersion >= EPOCH_BUMP_VERSION
  const producerEpoch = Math.min(from.producerEpoch + 1, EPOCH_MAX)
  return changed(from, {
    state: 'PrepareAbort',
    producerEpoch,
    lastProducerEpoch: bumps ? from.producerEpoch : NO_PRODUCER_EPOCH,
    nextProducerId: bumps && isEpochExhausted(from.producerEpoch) ? nextProducerId : NO_PRODUCER_ID,
    lastUpdateMs: nowMs,
    clientTransactionVersion: bumps ? transactionVersion : 0
  })
}

/** The markers are written. The producer goes on with the id and epoch that this gives. */
export function complete(from: TransactionMetadata, nowMs: number): TransactionMetadata {
  const rotates = from.clientTransactionVersion >= EPOCH_BUMP_VERSION && from.nextProducerId !== NO_PRODUCER_ID
  return changed(from, {
    state: from.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort',
    producerId: rotates ? from.nextProducerId : from.producerId,
    producerEpoch: rotates ? 0 : from.producerEpoch,
    nextProducerId: NO_PRODUCER_ID,
    partitions: NO_PARTITIONS,
    lastUpdateMs: nowMs
  })
}
