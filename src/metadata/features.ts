// Features and their levels (KIP-584): what a freshly formatted Apache Kafka 4.3.1 finalizes, what this broker can read,
// and which record versions a metadata.version allows.

export interface FeatureRange {
  readonly name: string
  readonly minSupportedVersion: number
  readonly maxSupportedVersion: number
}

export const METADATA_VERSION = 'metadata.version'
export const ELIGIBLE_LEADER_REPLICAS = 'eligible.leader.replicas.version'
export const TRANSACTION_VERSION = 'transaction.version'
/** Not a FeatureLevelRecord: the log says it in a control record. */
export const KRAFT_VERSION = 'kraft.version'

const range = (name: string, minSupportedVersion: number, maxSupportedVersion: number): FeatureRange => ({
  name,
  minSupportedVersion,
  maxSupportedVersion
})

/** In the order in which they are written at format time; kraft.version apart. */
export const supportedFeatures: readonly FeatureRange[] = [
  range(METADATA_VERSION, 7, 30),
  range(ELIGIBLE_LEADER_REPLICAS, 0, 1),
  range('group.version', 0, 1),
  range('share.version', 0, 1),
  range('streams.version', 0, 1),
  range(TRANSACTION_VERSION, 0, 2),
  range(KRAFT_VERSION, 0, 1)
]

export const supportedFeature = (name: string): FeatureRange | undefined =>
  supportedFeatures.find((feature) => feature.name === name)

/** What `kafka-storage format` of 4.3.1 finalizes without being told otherwise. */
export const freshFeatureLevels: readonly (readonly [name: string, level: number])[] = [
  [METADATA_VERSION, 30],
  [ELIGIBLE_LEADER_REPLICAS, 1],
  ['group.version', 1],
  ['share.version', 1],
  ['streams.version', 1],
  [TRANSACTION_VERSION, 2]
]

export interface RecordVersions {
  readonly registerBroker: number
  /** PartitionRecord and PartitionChangeRecord. */
  readonly partition: number
}

/** The newest record versions that every broker of this metadata.version understands. */
export function recordVersions(metadataVersion: number): RecordVersions {
  const registerBroker = metadataVersion >= 30 ? 4 : metadataVersion >= 17 ? 3 : metadataVersion >= 8 ? 2 : 1
  const partition = metadataVersion >= 23 ? 2 : metadataVersion >= 17 ? 1 : 0
  return { registerBroker, partition }
}
