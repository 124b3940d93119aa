// The cluster as the metadata log describes it. Everyone reads it; only replay.ts changes it.

import { ELIGIBLE_LEADER_REPLICAS, METADATA_VERSION } from './features.ts'
import type { RecordData } from './metadata-records.ts'
import { ResourceType } from './resource-type.ts'

/** Never changed in place: a change of a partition puts a new object there. */
export interface PartitionImage {
  readonly partition: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly removingReplicas: readonly number[]
  readonly addingReplicas: readonly number[]
  readonly eligibleLeaderReplicas: readonly number[]
  readonly lastKnownElr: readonly number[]
  /** -1: none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  /** 0 recovered, 1 recovering from an unclean election. */
  readonly leaderRecoveryState: number
  /** Directory id of each replica, in the order of `replicas`. */
  readonly directories: readonly string[]
}

export interface TopicImage {
  readonly name: string
  readonly topicId: string
  /** The index is the partition number. */
  readonly partitions: readonly PartitionImage[]
  /** Live: follows later changes. */
  readonly configs: ReadonlyMap<string, string>
}

export interface TopicState extends TopicImage {
  readonly partitions: PartitionImage[]
  readonly configs: Map<string, string>
}

export interface BrokerImage {
  readonly brokerId: number
  readonly brokerEpoch: number
  readonly incarnationId: string
  readonly endPoints: RecordData<'registerBroker'>['endPoints']
  readonly features: RecordData<'registerBroker'>['features']
  readonly rack: string | null
  readonly fenced: boolean
  readonly inControlledShutdown: boolean
  readonly logDirs: readonly string[]
  readonly cordonedLogDirs: readonly string[] | null
}

const noConfigs: ReadonlyMap<string, string> = new Map()
const configKey = (resourceType: number, resourceName: string) => `${resourceType}:${resourceName}`

/** The parts of the image that replay.ts writes; readers use the methods of ClusterImage. */
export class ImageState {
  readonly topicsByName = new Map<string, TopicState>()
  readonly topicsById = new Map<string, TopicState>()
  /** Names that contain `.` or `_`, by their form with every `.` made a `_`: metrics cannot tell them apart. */
  readonly collidingNames = new Map<string, Set<string>>()
  /** By `resourceType:resourceName`; never holds an empty map, save a topic's own. */
  readonly configs = new Map<string, Map<string, string>>()
  readonly brokers = new Map<number, BrokerImage>()
  readonly controllers = new Map<number, RecordData<'registerController'>>()
  readonly features = new Map<string, number>()
  readonly accessControlEntries = new Map<string, RecordData<'accessControlEntry'>>()
  /** By `mechanism:user`. */
  readonly scramCredentials = new Map<string, RecordData<'userScramCredential'>>()
  /** By entity in JSON, then by quota key. */
  readonly quotas = new Map<string, Map<string, RecordData<'clientQuota'>>>()
  readonly delegationTokens = new Map<string, RecordData<'delegationToken'>>()
  /** The last block that was handed out; undefined when none was. */
  producerIds: RecordData<'producerIds'> | undefined
  /** The offset after the last record that was replayed. */
  endOffset = 0

  configsOf(resourceType: number, resourceName: string): Map<string, string> {
    const key = configKey(resourceType, resourceName)
    let configs = this.configs.get(key)
    if (configs === undefined) {
      configs = new Map()
      this.configs.set(key, configs)
    }
    return configs
  }

  dropConfigs(resourceType: number, resourceName: string): void {
    this.configs.delete(configKey(resourceType, resourceName))
  }
}

export class ClusterImage {
  readonly #state: ImageState

  constructor(state: ImageState) {
    this.#state = state
  }

  topic(name: string): TopicImage | undefined {
    return this.#state.topicsByName.get(name)
  }

  topicById(topicId: string): TopicImage | undefined {
    return this.#state.topicsById.get(topicId)
  }

  topics(): Iterable<TopicImage> {
    return this.#state.topicsByName.values()
  }

  /** An existing topic whose name differs from this one only in `.` and `_`; the topic itself when it exists. */
  collidingTopic(name: string): string | undefined {
    return this.#state.collidingNames.get(name.replaceAll('.', '_'))?.values().next().value
  }

  get topicCount(): number {
    return this.#state.topicsByName.size
  }

  partition(topic: string, partition: number): PartitionImage | undefined {
    return this.#state.topicsByName.get(topic)?.partitions[partition]
  }

  configs(resourceType: number, resourceName: string): ReadonlyMap<string, string> {
    return this.#state.configs.get(configKey(resourceType, resourceName)) ?? noConfigs
  }

  /** Names of the resources of a type that have configs. */
  configuredNames(resourceType: number): string[] {
    const prefix = configKey(resourceType, '')
    const withConfigs = [...this.#state.configs].filter(([key, configs]) => key.startsWith(prefix) && configs.size > 0)
    return withConfigs.map(([key]) => key.slice(prefix.length))
  }

  groupConfigs(groupId: string): ReadonlyMap<string, string> {
    return this.configs(ResourceType.GROUP, groupId)
  }

  brokers(): Iterable<BrokerImage> {
    return this.#state.brokers.values()
  }

  broker(brokerId: number): BrokerImage | undefined {
    return this.#state.brokers.get(brokerId)
  }

  /** Finalized levels by feature name; a feature at level 0 is not in it. */
  features(): ReadonlyMap<string, number> {
    return this.#state.features
  }

  get metadataVersion(): number | undefined {
    return this.#state.features.get(METADATA_VERSION)
  }

  get isElrEnabled(): boolean {
    return (this.#state.features.get(ELIGIBLE_LEADER_REPLICAS) ?? 0) > 0
  }

  accessControlEntries(): Iterable<RecordData<'accessControlEntry'>> {
    return this.#state.accessControlEntries.values()
  }

  scramCredentials(): Iterable<RecordData<'userScramCredential'>> {
    return this.#state.scramCredentials.values()
  }

  quotas(): Iterable<RecordData<'clientQuota'>> {
    return [...this.#state.quotas.values()].flatMap((byKey) => [...byKey.values()])
  }

  delegationTokens(): Iterable<RecordData<'delegationToken'>> {
    return this.#state.delegationTokens.values()
  }

  /** First id of the next block. */
  get nextProducerId(): number {
    return this.#state.producerIds?.nextProducerId ?? 0
  }

  /** The offset of the last record that is in the image, -1 for an empty log. */
  get offset(): number {
    return this.#state.endOffset - 1
  }
}
