// The state machine of one partition of __transaction_state: replays its records, wakes its deadlines.
import type { CoordinatorShard, ShardContext } from '../shard.ts'
import { fencingAbort } from './end-transaction.ts'
import { expiredIds } from './expiry.ts'
import {
  RETRY_MS,
  type Transaction,
  type TransactionContext,
  type TransactionEffect,
  type TransactionStore
} from './transaction-context.ts'
import { TransactionDeadline } from './transaction-deadline.ts'
import type { TransactionMetadata } from './transaction-metadata.ts'
import type { TransactionRecord } from './transaction-record.ts'
import { isPrepared } from './transaction-state.ts'

export interface TransactionShardOptions extends Pick<TransactionContext, 'config' | 'logger' | 'ports'> {
  /** A decided transaction is in the log: it has to be told to its partitions and completed. */
  onPrepared(shard: TransactionShard, transactionalId: string): void
}

export class TransactionShard implements CoordinatorShard<TransactionRecord, TransactionDeadline>, TransactionStore {
  readonly partition: number
  readonly context: TransactionContext
  readonly transactions = new Map<string, Transaction>()
  readonly #options: TransactionShardOptions
  readonly #expiry: TransactionDeadline
  #isLoading = true

  constructor(partition: number, shared: ShardContext<TransactionDeadline>, options: TransactionShardOptions) {
    const { config, logger, ports } = options
    this.partition = partition
    this.#options = options
    this.#expiry = new TransactionDeadline('expiry', partition)
    this.context = {
      ...{ partition, config, logger, ports },
      deadlines: shared.deadlines,
      get nowMs() {
        return shared.nowMs
      }
    }
  }

  metadata(transactionalId: string): TransactionMetadata | undefined {
    return this.transactions.get(transactionalId)?.metadata
  }

  /** What a step decided, as an effect. */
  write(metadata: TransactionMetadata): NonNullable<TransactionEffect> {
    const { transactionalId, state } = metadata
    const transactionVersion = this.context.ports.transactionVersion()
    const records = [{ transactionalId, metadata, transactionVersion }]
    if (!isPrepared(state)) return { records }
    return { records, onAppended: () => this.#options.onPrepared(this, transactionalId) }
  }

  replay({ transactionalId, metadata }: TransactionRecord): void {
    const known = this.transactions.get(transactionalId)
    if (metadata === null) {
      if (known !== undefined) this.#forget(known)
      return
    }
    const transaction = known ?? this.#newTransaction(metadata)
    transaction.metadata = metadata
    if (!isPrepared(metadata.state)) transaction.missingMarkers = undefined
    if (!this.#isLoading) this.#scheduleTimeout(transaction)
  }

  replayEndOfTransaction(): void {
    // Nothing is written into this topic within a transaction.
  }

  onLoaded(): TransactionEffect {
    this.#isLoading = false
    this.#scheduleExpiry()
    const prepared: string[] = []
    for (const transaction of this.transactions.values()) {
      if (isPrepared(transaction.metadata.state)) prepared.push(transaction.metadata.transactionalId)
      else this.#scheduleTimeout(transaction)
    }
    if (prepared.length === 0) return undefined
    return {
      records: [],
      onAppended: () => {
        for (const transactionalId of prepared) this.#options.onPrepared(this, transactionalId)
      }
    }
  }

  onDeadline({ kind, transactionalId }: TransactionDeadline): TransactionEffect {
    switch (kind) {
      case 'expiry':
        this.#scheduleExpiry()
        return expiredIds(this)
      case 'completion':
        return { records: [], onAppended: () => this.#options.onPrepared(this, transactionalId) }
      case 'timeout':
        return this.#expire(transactionalId)
    }
  }

  onUnloaded(): void {
    for (const { timeout, completion } of this.transactions.values()) {
      this.context.deadlines.cancel(timeout)
      this.context.deadlines.cancel(completion)
    }
    this.context.deadlines.cancel(this.#expiry)
    this.transactions.clear()
  }

  #newTransaction(metadata: TransactionMetadata): Transaction {
    const { transactionalId } = metadata
    const transaction: Transaction = {
      metadata,
      timeout: new TransactionDeadline('timeout', this.partition, transactionalId),
      completion: new TransactionDeadline('completion', this.partition, transactionalId),
      missingMarkers: undefined
    }
    this.transactions.set(transactionalId, transaction)
    return transaction
  }

  #forget({ metadata, timeout, completion }: Transaction): void {
    this.context.deadlines.cancel(timeout)
    this.context.deadlines.cancel(completion)
    this.transactions.delete(metadata.transactionalId)
  }

  #scheduleTimeout({ metadata, timeout }: Transaction): void {
    const { deadlines, nowMs } = this.context
    if (metadata.state !== 'Ongoing') deadlines.cancel(timeout)
    else deadlines.schedule(timeout, Math.max(0, metadata.startMs + metadata.timeoutMs + 1 - nowMs))
  }

  #expire(transactionalId: string): TransactionEffect {
    const transaction = this.transactions.get(transactionalId)
    if (transaction === undefined || transaction.metadata.state !== 'Ongoing') return undefined
    const { startMs, timeoutMs, producerId, producerEpoch } = transaction.metadata
    // Monotonic time brought us here; the time in the record is the wall clock's, which may have been set back.
    if (startMs + timeoutMs >= this.context.nowMs) {
      this.#scheduleTimeout(transaction)
      return undefined
    }
    this.context.logger.info('aborting a transaction that timed out', {
      ...{ transactionalId, producerId, producerEpoch, timeoutMs }
    })
    // Should the log refuse it, it is tried again.
    this.context.deadlines.schedule(transaction.timeout, RETRY_MS)
    return this.write(fencingAbort(this, transaction.metadata))
  }

  #scheduleExpiry(): void {
    this.context.deadlines.schedule(this.#expiry, this.context.config.idExpirationCheckIntervalMs)
  }
}
