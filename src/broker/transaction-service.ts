// Joins the transaction coordinator to the broker: its log is the partitions of __transaction_state, its markers go into
// the partitions that a transaction wrote to.
import type { GroupCoordinator } from '../coordinators/group/group-coordinator.ts'
import { TransactionCoordinator } from '../coordinators/transaction/transaction-coordinator.ts'
import { TRANSACTION_VERSION } from '../metadata/features.ts'
import { TRANSACTION_STATE_TOPIC } from '../metadata/topic-name.ts'
import { CoordinatorTopic, type CoordinatorTopicOptions } from './coordinator-topic.ts'
import type { ProducerIds } from './producer-ids.ts'
import { writeMarker } from './transaction-markers.ts'

export interface TransactionServiceOptions extends CoordinatorTopicOptions {
  readonly groups: GroupCoordinator
  readonly producerIds: ProducerIds
}

export function createTransactionCoordinator(options: TransactionServiceOptions): TransactionCoordinator {
  const { config, clock, logger, metadata, partitions, producerIds } = options
  const transactions = new TransactionCoordinator({
    ...{ config, clock, logger },
    logs: new CoordinatorTopic(TRANSACTION_STATE_TOPIC, options),
    ports: {
      transactionVersion: () => metadata.image.features().get(TRANSACTION_VERSION) ?? 0,
      nextProducerId: () => producerIds.next(),
      coordinatorEpoch: (partition) => partitions.get(TRANSACTION_STATE_TOPIC, partition)?.leaderEpoch ?? 0,
      writeMarker: (topic, partition, marker) => writeMarker(options, topic, partition, marker)
    }
  })
  metadata.onChange(({ topicsDeleted }) => {
    if (topicsDeleted.length > 0) transactions.onTopicsDeleted(topicsDeleted)
  })
  return transactions
}
