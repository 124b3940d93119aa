// What the steps of the transaction coordinator get besides the transaction: time, settings, producer ids, and the way to
// the partitions that a transaction wrote to.
import type { ErrorCode } from '../../error-codes.ts'
import type { Logger } from '../../ports.ts'
import type { MarkerInit } from '../../records/control-record.ts'
import type { Effect } from '../outcome.ts'
import type { ShardContext } from '../shard.ts'
import type { TransactionConfig } from './transaction-config.ts'
import type { TransactionDeadline } from './transaction-deadline.ts'
import type { TransactionMetadata } from './transaction-metadata.ts'
import type { TransactionPartitions } from './transaction-partitions.ts'
import type { TransactionRecord } from './transaction-record.ts'

export interface EndMarker extends MarkerInit {
  readonly transactionVersion: number
}

/** The rest of the broker, as the coordinator needs it. */
export interface TransactionPorts {
  /** The finalized transaction.version. */
  transactionVersion(): number
  /** A producer id that nobody has had. */
  nextProducerId(): number
  /** The leader epoch of a partition of __transaction_state: a later life of the broker has a higher one. */
  coordinatorEpoch(partition: number): number
  /** Ends the producer's transaction in one partition. */
  writeMarker(topic: string, partition: number, marker: EndMarker): ErrorCode
}

export interface TransactionContext extends ShardContext<TransactionDeadline> {
  readonly partition: number
  readonly config: TransactionConfig
  readonly logger: Logger
  readonly ports: TransactionPorts
}

/** Undefined: nothing to write. */
export type TransactionEffect = Effect<TransactionRecord> | undefined

/** How long to wait before what the disk refused is tried again. */
export const RETRY_MS = 1000

/** One transactional id. */
export interface Transaction {
  metadata: TransactionMetadata
  readonly timeout: TransactionDeadline
  readonly completion: TransactionDeadline
  /** Of a decided transaction: where the marker is still missing. Undefined before the first try. */
  missingMarkers: TransactionPartitions | undefined
}

/** A shard as the steps see it. */
export interface TransactionStore {
  readonly partition: number
  readonly context: TransactionContext
  readonly transactions: ReadonlyMap<string, Transaction>
  metadata(transactionalId: string): TransactionMetadata | undefined
  /** What a step decided, as an effect. */
  write(metadata: TransactionMetadata): NonNullable<TransactionEffect>
}
