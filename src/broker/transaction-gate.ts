// Nothing is written within a transaction that its coordinator does not know of: else it could never be ended there
// (KIP-890). Producers of the first protocol have told the coordinator before; those of the second rely on the write to
// do it. Either way it is asked once a transaction and partition, until the log itself has the transaction open.
import type { ConfigValues } from '../configs/config-values.ts'
import type { TransactionCoordinator } from '../coordinators/transaction/transaction-coordinator.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import type { Partition } from './partition.ts'

/** As the version of the request says: verify, with errors that old clients know or with newer ones; or add. */
export type Admission = 'verify for old clients' | 'verify' | 'add'

export interface TransactionalWriter {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
}

export interface GateOptions {
  readonly config: ConfigValues
  readonly transactions: TransactionCoordinator
}

const CLIENT_TRANSACTION_VERSION = 2

/** The partitions that the writer may not write to, and why. */
export function refusedWrites(
  { config, transactions }: GateOptions,
  writer: TransactionalWriter,
  admission: Admission,
  partitions: readonly Partition[]
): ReadonlyMap<Partition, ErrorCode> {
  const refused = new Map<Partition, ErrorCode>()
  if (admission !== 'add' && !config.boolean('transaction.partition.verification.enable')) return refused
  const asked = partitions.filter((partition) => mustAsk(partition, writer, refused))
  if (asked.length === 0) return refused
  const request = { ...writer, partitions: asked.map(({ topic, index }) => ({ topic, partition: index })) }
  if (admission === 'add') {
    const errorCode = transactions.addPartitions(request, CLIENT_TRANSACTION_VERSION)
    if (errorCode !== ErrorCode.NONE)
      for (const partition of asked) refused.set(partition, inWords(errorCode, admission))
    return refused
  }
  transactions.verifyPartitions(request).forEach((errorCode, i) => {
    if (errorCode !== ErrorCode.NONE) refused.set(asked[i], inWords(errorCode, admission))
  })
  return refused
}

function mustAsk(
  partition: Partition,
  { producerId, producerEpoch }: TransactionalWriter,
  refused: Map<Partition, ErrorCode>
): boolean {
  try {
    return !partition.log.isInTransaction(producerId, producerEpoch)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    refused.set(partition, error.code)
    return false
  }
}

/** Producers expect another error where they are fenced, and old ones where nobody told of the partition. */
function inWords(errorCode: ErrorCode, admission: Admission): ErrorCode {
  if (errorCode === ErrorCode.PRODUCER_FENCED) return ErrorCode.INVALID_PRODUCER_EPOCH
  const isOld = admission === 'verify for old clients'
  return errorCode === ErrorCode.TRANSACTION_ABORTABLE && isOld ? ErrorCode.INVALID_TXN_STATE : errorCode
}
