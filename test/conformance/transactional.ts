// Requests of a transactional producer, in short form.
import { errorName } from '../../src/error-codes.ts'
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.ts'
import { describeTransactions } from '../../src/protocol/messages/describe-transactions.ts'
import { endTxn } from '../../src/protocol/messages/end-txn.ts'
import { findCoordinator } from '../../src/protocol/messages/find-coordinator.ts'
import { initProducerId } from '../../src/protocol/messages/init-producer-id.ts'
import { batchOf } from './batches.ts'
import { produceTo } from './produce-requests.ts'
import type { Topic } from './topics.ts'
import { topicReady } from './topics.ts'
import { eventually, request } from './wire.ts'

export interface Producer {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
}

/** Errors that only mean "not yet". */
const PASSING = new Set(['COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR'])

export async function ensureTransactionTopic(): Promise<void> {
  await request(findCoordinator, 4, { keyType: 1, coordinatorKeys: ['makes-the-transaction-topic'] })
  await topicReady('__transaction_state')
}

export const init = (transactionalId: string, version = 5, had?: Pick<Producer, 'producerId' | 'producerEpoch'>) =>
  request(initProducerId, version, { transactionalId, transactionTimeoutMs: 60_000, ...had })

/** A producer with a transactional id, after whatever was going on with it. */
export function newProducer(transactionalId: string, version = 5): Promise<Producer> {
  return eventually(async () => {
    const { errorCode, producerId, producerEpoch } = await init(transactionalId, version)
    const error = errorName(errorCode)
    if (error === 'CONCURRENT_TRANSACTIONS' || PASSING.has(error)) return undefined
    if (error !== 'NONE') throw new Error(error)
    return { transactionalId, producerId, producerEpoch }
  }, `a producer ${transactionalId}`)
}

/** The errors of the partitions. */
export async function add(producer: Producer, topic: Topic, version = 3, partitions = [0]): Promise<string[]> {
  const topics = [{ name: topic.name, partitions }]
  const { transactionalId, producerId, producerEpoch } = producer
  const response = await request(
    addPartitionsToTxn,
    version,
    version >= 4
      ? { transactions: [{ ...producer, verifyOnly: false, topics }] }
      : {
          v3AndBelowTransactionalId: transactionalId,
          v3AndBelowProducerId: producerId,
          v3AndBelowProducerEpoch: producerEpoch,
          v3AndBelowTopics: topics
        }
  )
  const results = version >= 4 ? response.resultsByTransaction[0].topicResults : response.resultsByTopicV3AndBelow
  return results.flatMap(({ resultsByPartition }) =>
    resultsByPartition.map((each) => errorName(each.partitionErrorCode))
  )
}

/** Error, id and epoch. */
export async function end(producer: Producer, committed: boolean, version = 5) {
  const response = await request(endTxn, version, { ...producer, committed })
  const { producerId, producerEpoch } = response
  return { error: errorName(response.errorCode), producerId, producerEpoch }
}

/** [error, base offset] */
export async function write(producer: Producer, topic: Topic, sequence: number, values: string[], version = 13) {
  const { transactionalId, producerId, producerEpoch } = producer
  const batch = batchOf(values, { producerId, producerEpoch, baseSequence: sequence, transactional: true })
  const answer = await produceTo(topic, batch, { version, transactionalId })
  return [errorName(answer.errorCode), answer.baseOffset]
}

export async function describe(transactionalId: string) {
  const response = await request(describeTransactions, 0, { transactionalIds: [transactionalId] })
  return response.transactionStates[0]
}

/** Waits until the end of a transaction is known everywhere. */
export function settled(transactionalId: string): Promise<string> {
  return eventually(async () => {
    const { transactionState } = await describe(transactionalId)
    return transactionState.startsWith('Prepare') ? undefined : transactionState
  }, `the end of ${transactionalId}`)
}
