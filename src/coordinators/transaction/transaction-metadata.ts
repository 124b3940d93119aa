// What the coordinator knows of one transactional id. A value: every transition makes a new one, which counts from the
// moment it is in the log.
import type { TransactionPartitions } from './transaction-partitions.ts'
import type { TransactionState } from './transaction-state.ts'

export const NO_PRODUCER_ID = -1
export const NO_PRODUCER_EPOCH = -1
export const EPOCH_MAX = 0x7fff

export interface ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
}

/** From which transaction.version on the epoch is bumped at every end of a transaction (KIP-890). */
export const EPOCH_BUMP_VERSION = 2

export interface TransactionMetadata extends ProducerIdentity {
  readonly transactionalId: string
  /** The producer id before the last transition; usually the same. */
  readonly previousProducerId: number
  /** While a transaction ends that used up the epochs of its producer id: the id that comes next. */
  readonly nextProducerId: number
  /** The epoch before the last bump, for a client that asks again. Not in the log, as in Apache Kafka 4.3.1. */
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly state: TransactionState
  readonly partitions: TransactionPartitions
  /** When the first partition was added; -1 when no transaction was ever begun. */
  readonly startMs: number
  readonly lastUpdateMs: number
  /** The transaction.version that the client used: 0 or 2. */
  readonly clientTransactionVersion: number
}

/** The last epoch stays the coordinator's: with it a producer can always be fenced. */
export const isEpochExhausted = (epoch: number): boolean => epoch >= EPOCH_MAX - 1
