// What a request handler sees of the broker: the state machines and the logs, no sockets. A handler gets this and its
// request, nothing else.
import type { ConfigValues } from '../configs/config-values.ts'
import type { GroupCoordinator } from '../coordinators/group/group-coordinator.ts'
import type { TransactionCoordinator } from '../coordinators/transaction/transaction-coordinator.ts'
import type { MetadataController } from '../metadata/controller.ts'
import type { Clock, Logger, Random } from '../ports.ts'
import type { LogDirectory } from '../storage/log-directory.ts'
import type { FetchBuffers } from './fetch-buffers.ts'
import type { FetchSessions } from './fetch-sessions.ts'
import type { FetchWaits } from './fetch-waits.ts'
import type { Partitions } from './partitions.ts'
import type { ProducerIds } from './producer-ids.ts'

export interface Broker {
  readonly config: ConfigValues
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly nodeId: number
  readonly clusterId: string
  /** broker.rack. */
  readonly rack: string | null
  readonly logs: LogDirectory
  readonly metadata: MetadataController
  readonly partitions: Partitions
  readonly groups: GroupCoordinator
  readonly transactions: TransactionCoordinator
  readonly fetchSessions: FetchSessions
  readonly fetchBuffers: FetchBuffers
  readonly fetchWaits: FetchWaits
  readonly producerIds: ProducerIds
}
