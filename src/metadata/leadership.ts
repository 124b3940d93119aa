// Taking leadership at start. A previous life may have written batches in the epoch that the log still names, so every
// partition of this node gets a new leader epoch, also those that it led before.
import type { ClusterImage, PartitionImage } from './cluster-image.ts'
import type { RecordVersions } from './features.ts'
import { encodeRecord } from './metadata-records.ts'

export interface Leader {
  readonly nodeId: number
  readonly directoryId: string
  readonly versions: RecordVersions
}

/** One record for each partition that has a replica on this node; the others stay as they are. */
export function takeLeadership(image: ClusterImage, leader: Leader): Buffer[] {
  const records: Buffer[] = []
  for (const topic of image.topics()) {
    for (const partition of topic.partitions) {
      if (!partition.replicas.includes(leader.nodeId)) continue
      records.push(leadPartition(topic.topicId, partition, leader))
    }
  }
  return records
}

function leadPartition(topicId: string, partition: PartitionImage, { nodeId, directoryId, versions }: Leader): Buffer {
  const isInSync = partition.isr.length === 1 && partition.isr[0] === nodeId
  const hasElr = partition.eligibleLeaderReplicas.length > 0
  const hasLastKnownElr = partition.lastKnownElr.length > 0
  const directories = partition.replicas.map((replica, index) =>
    replica === nodeId ? directoryId : (partition.directories[index] ?? UNASSIGNED_DIRECTORY)
  )
  const isElsewhere = directories.some((directory, index) => directory !== partition.directories[index])
  return encodeRecord('partitionChange', versions.partition, {
    partitionId: partition.partition,
    topicId,
    leader: nodeId,
    ...(isInSync ? {} : { isr: [nodeId] }),
    ...(partition.leaderRecoveryState === 0 ? {} : { leaderRecoveryState: 0 }),
    ...(hasElr ? { eligibleLeaderReplicas: [] } : {}),
    ...(hasLastKnownElr ? { lastKnownElr: [] } : {}),
    ...(isElsewhere && versions.partition >= 1 ? { directories } : {})
  })
}

/** The reserved directory id of a replica that no broker has placed yet. */
export const UNASSIGNED_DIRECTORY = 'AAAAAAAAAAAAAAAAAAAAAQ'
