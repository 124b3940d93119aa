// The end of a transaction in one partition: a control batch, after which read_committed consumers see what came before.
// In the offsets topic it is the group coordinator's, because offsets that waited for it count from then on.
import type { GroupCoordinator } from '../coordinators/group/group-coordinator.ts'
import type { EndMarker } from '../coordinators/transaction/transaction-context.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import { CONSUMER_OFFSETS_TOPIC } from '../metadata/topic-name.ts'
import { buildEndTransactionMarker } from '../records/control-record.ts'
import type { Partitions } from './partitions.ts'

export interface MarkerTargets {
  readonly partitions: Partitions
  readonly groups: GroupCoordinator
}

/** What a group coordinator says of itself means nothing to a transaction coordinator: come back later. */
const NOT_READY: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.COORDINATOR_NOT_AVAILABLE,
  ErrorCode.COORDINATOR_LOAD_IN_PROGRESS,
  ErrorCode.NOT_COORDINATOR
])

export function writeMarker(targets: MarkerTargets, topic: string, index: number, marker: EndMarker): ErrorCode {
  const { partitions, groups } = targets
  const partition = partitions.getOrOpen(topic, index)
  if (partition === undefined) return partitions.whyMissing(topic, index)
  try {
    if (topic === CONSUMER_OFFSETS_TOPIC) groups.endTransaction(index, marker, marker.transactionVersion)
    else partition.appendMarker(buildEndTransactionMarker(marker), marker.transactionVersion)
    return ErrorCode.NONE
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return NOT_READY.has(error.code) ? ErrorCode.NOT_LEADER_OR_FOLLOWER : error.code
  }
}
