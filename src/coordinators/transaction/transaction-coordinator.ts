// The transaction coordinator as the handlers see it: finds the shard of a transactional id, checks what every request
// must fulfil, runs the step, and turns errors into codes.
import type { ConfigValues } from '../../configs/config-values.ts'
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { Clock, Logger } from '../../ports.ts'
import { CoordinatorRuntime } from '../runtime.ts'
import type { CoordinatorLogs } from '../shard.ts'
import { addPartitionsStep, type TransactionPartitionsRequest, verifyPartitionsStep } from './add-partitions.ts'
import { completeTransaction } from './complete-transaction.ts'
import {
  describeTransaction,
  type ListTransactionsRequest,
  type ListTransactionsResponse,
  listedTransactions
} from './describe-transactions.ts'
import { type EndedTransaction, type EndTransactionRequest, endTransaction, notEnded } from './end-transaction.ts'
import {
  type InitializedProducer,
  type InitProducerIdRequest,
  initProducer,
  notInitialized
} from './init-producer-id.ts'
import { type TransactionConfig, transactionConfig } from './transaction-config.ts'
import type { TransactionPorts } from './transaction-context.ts'
import type { TransactionDeadline } from './transaction-deadline.ts'
import { type TransactionRecord, transactionRecordFormat } from './transaction-record.ts'
import { TransactionShard } from './transaction-shard.ts'

const TRANSACTION_STATE_TOPIC = '__transaction_state'
/** The topic is never compressed. */
const NO_COMPRESSION = 0

export interface TransactionCoordinatorOptions {
  readonly logs: CoordinatorLogs
  readonly clock: Clock
  readonly logger: Logger
  readonly config: ConfigValues
  readonly ports: TransactionPorts
}

type Described = ReturnType<typeof describeTransaction>

const codeOf = (error: unknown): ErrorCode => {
  if (!(error instanceof KafkaError)) throw error
  return error.code
}

/** What `attempt` answers, now or once it is on the disk, or what `failed` makes of a KafkaError. */
function orElse<T>(attempt: () => T | Promise<T>, failed: (code: ErrorCode) => T): T | Promise<T> {
  try {
    const answer = attempt()
    return answer instanceof Promise ? answer.catch((error) => failed(codeOf(error))) : answer
  } catch (error) {
    return failed(codeOf(error))
  }
}

export class TransactionCoordinator {
  readonly #runtime: CoordinatorRuntime<TransactionShard, TransactionRecord, TransactionDeadline>
  readonly #config: TransactionConfig
  readonly #clock: Clock

  constructor({ logs, clock, logger, config, ports }: TransactionCoordinatorOptions) {
    this.#config = transactionConfig(config)
    this.#clock = clock
    const options = {
      ...{ config: this.#config, logger, ports },
      onPrepared: (shard: TransactionShard, transactionalId: string) => this.#complete(shard, transactionalId)
    }
    this.#runtime = new CoordinatorRuntime({
      topic: TRANSACTION_STATE_TOPIC,
      logs,
      clock,
      logger,
      format: transactionRecordFormat,
      codec: NO_COMPRESSION,
      newShard: (partition, context) => new TransactionShard(partition, context, options)
    })
  }

  /** Loads what is there, in the background, and ends what was being ended. */
  start(): void {
    this.#runtime.start()
  }

  close(): void {
    this.#runtime.close()
  }

  /** The coordinator of every transactional id is this node, as soon as the topic exists: this makes it. */
  ensureTopic(): void {
    this.#runtime.ensureTopic()
  }

  /** Every shard, loaded now if it was not: for whoever looks inside. */
  shards(): readonly TransactionShard[] {
    return this.#runtime.allShards()
  }

  initProducerId(request: InitProducerIdRequest): InitializedProducer | Promise<InitializedProducer> {
    const { transactionalId, timeoutMs } = request
    if (transactionalId === '') return notInitialized(ErrorCode.INVALID_REQUEST)
    if (timeoutMs <= 0 || timeoutMs > this.#config.maxTimeoutMs) {
      return notInitialized(ErrorCode.INVALID_TRANSACTION_TIMEOUT)
    }
    return orElse(() => {
      const shard = this.#runtime.shardOf(transactionalId)
      return this.#runtime.runDurably(shard, () => initProducer(shard, request))
    }, notInitialized)
  }

  /** `clientTransactionVersion`: 2 when the partitions come with the write itself. */
  addPartitions(request: TransactionPartitionsRequest, clientTransactionVersion: number): ErrorCode {
    const { transactionalId } = request
    if (transactionalId === '') return ErrorCode.INVALID_REQUEST
    try {
      const shard = this.#runtime.shardOf(transactionalId)
      // Need not be on the disk: a transaction that is forgotten is an aborted one, and so are its records.
      return this.#runtime.run(shard, () => addPartitionsStep(shard, request, clientTransactionVersion))
    } catch (error) {
      return codeOf(error)
    }
  }

  /** One error per partition of the request, in its order. */
  verifyPartitions(request: TransactionPartitionsRequest): ErrorCode[] {
    const { transactionalId, partitions } = request
    if (transactionalId === '') return partitions.map(() => ErrorCode.INVALID_REQUEST)
    try {
      return this.#runtime.read(this.#runtime.shardOf(transactionalId), verifyPartitionsStep, request)
    } catch (error) {
      const code = codeOf(error)
      return partitions.map(() => code)
    }
  }

  endTransaction(request: EndTransactionRequest): EndedTransaction | Promise<EndedTransaction> {
    if (request.transactionalId === '') return notEnded(ErrorCode.INVALID_REQUEST)
    return orElse(() => {
      const shard = this.#runtime.shardOf(request.transactionalId)
      return this.#runtime.runDurably(shard, () => endTransaction(shard, request))
    }, notEnded)
  }

  describeTransaction(transactionalId: string): Described {
    if (transactionalId === '') return { errorCode: ErrorCode.INVALID_REQUEST, transactionalId }
    try {
      return describeTransaction(this.#runtime.shardOf(transactionalId), transactionalId)
    } catch (error) {
      return { errorCode: codeOf(error), transactionalId }
    }
  }

  /** Throws INVALID_REGULAR_EXPRESSION. */
  listTransactions(request: ListTransactionsRequest): ListTransactionsResponse {
    return listedTransactions(this.#runtime.allShards(), request, this.#clock.nowMs())
  }

  onTopicsDeleted(topics: readonly { readonly name: string }[]): void {
    if (topics.some(({ name }) => name === TRANSACTION_STATE_TOPIC)) this.#runtime.unload()
  }

  /** The transaction is decided whatever happens here; a failure is logged where it happens, and tried again. */
  #complete(shard: TransactionShard, transactionalId: string): void {
    try {
      this.#runtime.run(shard, () => completeTransaction(shard, transactionalId))
    } catch (error) {
      codeOf(error)
    }
  }
}
