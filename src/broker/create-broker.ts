// Puts the broker together from its storage and metadata, and takes it apart in the order that loses nothing.
import type { ConfigValues } from '../configs/config-values.ts'
import type { MetadataController } from '../metadata/controller.ts'
import type { Clock, Logger, Random } from '../ports.ts'
import type { LogDirectory } from '../storage/log-directory.ts'
import type { Broker } from './broker.ts'
import { FetchBuffers } from './fetch-buffers.ts'
import { FetchSessions } from './fetch-sessions.ts'
import { FetchWaits } from './fetch-waits.ts'
import { createGroupCoordinator } from './group-service.ts'
import { Partitions } from './partitions.ts'
import { ProducerIds } from './producer-ids.ts'
import { createTransactionCoordinator } from './transaction-service.ts'

export interface BrokerOptions {
  readonly config: ConfigValues
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly logs: LogDirectory
  readonly metadata: MetadataController
}

export interface CreatedBroker {
  readonly broker: Broker
  /** Opens every partition and loads the groups; requests may come after it. */
  start(): void
  /** Answers what waits, then stops cleanly: everything on disk, the broker fenced in the metadata log. */
  close(): Promise<void>
}

export function createBroker(options: BrokerOptions): CreatedBroker {
  const { config, clock, random, logger, logs, metadata } = options
  const partitions = new Partitions({ logs, metadata, config, clock, logger })
  const slots = config.int('max.incremental.fetch.session.cache.slots')
  const producerIds = new ProducerIds(metadata)
  const groups = createGroupCoordinator({ config, clock, random, logger, metadata, partitions })
  const coordinated = { config, clock, logger, metadata, partitions, groups, producerIds }
  const broker: Broker = {
    ...{ config, clock, random, logger, logs, metadata, partitions },
    nodeId: metadata.nodeId,
    clusterId: metadata.clusterId,
    rack: config.nullableString('broker.rack'),
    groups,
    transactions: createTransactionCoordinator(coordinated),
    fetchSessions: new FetchSessions({ slots, clock, random }),
    fetchBuffers: new FetchBuffers(clock),
    fetchWaits: new FetchWaits(),
    producerIds
  }
  return {
    broker,
    start() {
      partitions.start()
      logs.start()
      broker.groups.start()
      broker.transactions.start()
    },
    async close() {
      broker.fetchWaits.close()
      broker.transactions.close()
      broker.groups.close()
      broker.fetchSessions.close()
      broker.fetchBuffers.close()
      metadata.close()
      await logs.close(metadata.brokerEpoch)
    }
  }
}
