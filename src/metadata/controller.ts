// The controller: the one writer of the metadata log. A command becomes a batch of records; the batch is appended,
// replayed into the image, and announced, all before the command returns. Durable a moment later: see flush().
import type { ConfigValues } from '../configs/config-values.ts'
import { KafkaError } from '../error-codes.ts'
import type { Clock, Logger, Random } from '../ports.ts'
import type { LogDirectory } from '../storage/log-directory.ts'
import {
  type AlterConfigsOutcome,
  alterConfigs,
  type ConfigChange,
  type ConfigReplacement,
  incrementalAlterConfigs
} from './alter-configs.ts'
import type { BackgroundFiles } from './background-files.ts'
import { ClusterImage, type ImageState } from './cluster-image.ts'
import type { CommandContext, CommandResult } from './command-context.ts'
import { type CreatePartitionsOutcome, type CreatePartitionsSpec, createPartitions } from './create-partitions.ts'
import { type CreateTopicOutcome, type CreateTopicSpec, createTopics } from './create-topics.ts'
import { type DeleteTopicsOutcome, deleteTopics } from './delete-topics.ts'
import type { MetadataDelta } from './delta.ts'
import { type RecordVersions, recordVersions, supportedFeatures } from './features.ts'
import { startMetadata } from './lifecycle.ts'
import { dataBatch } from './metadata-batch.ts'
import type { MetadataLog } from './metadata-log.ts'
import { decodeRecord, encodeRecord, MetadataLogError } from './metadata-records.ts'
import { type BrokerEndpoint, fence } from './registration.ts'
import type { Replay } from './replay.ts'
import { ResourceType } from './resource-type.ts'
import type { Snapshotter } from './snapshotter.ts'

export interface MetadataControllerOptions {
  readonly logs: Pick<
    LogDirectory,
    'path' | 'fileSystem' | 'clusterId' | 'directoryId' | 'wasCleanShutdown' | 'hasRecords'
  >
  readonly config: ConfigValues
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly nodeId: number
  /** As advertised by default, one for each listener. */
  readonly endpoints: readonly BrokerEndpoint[]
}

export interface CommandOptions {
  /** Check everything, change nothing. */
  readonly validateOnly: boolean
}

const PRODUCER_ID_BLOCK = 1000

export class MetadataController {
  readonly image: ClusterImage
  readonly nodeId: number
  readonly clusterId: string
  readonly brokerEpoch: number
  readonly supportedFeatures = supportedFeatures.map((feature) => ({
    name: feature.name,
    minVersion: feature.minSupportedVersion,
    maxVersion: feature.maxSupportedVersion
  }))
  readonly #options: MetadataControllerOptions
  readonly #log: MetadataLog
  readonly #state: ImageState
  readonly #replay: Replay
  readonly #files: BackgroundFiles
  readonly #snapshotter: Snapshotter
  readonly #leaderEpoch: number
  readonly #versions: RecordVersions
  readonly #listeners: ((delta: MetadataDelta) => void)[] = []

  private constructor(options: MetadataControllerOptions) {
    const started = startMetadata(options)
    this.#options = options
    this.#log = started.log
    this.#state = started.state
    this.#replay = started.replay
    this.#files = started.files
    this.#snapshotter = started.snapshotter
    this.#leaderEpoch = started.leaderEpoch
    this.image = new ClusterImage(started.state)
    this.#versions = recordVersions(this.image.metadataVersion ?? 0)
    this.nodeId = options.nodeId
    this.clusterId = options.logs.clusterId
    this.brokerEpoch = started.brokerEpoch
    this.#applyBrokerConfigs()
    // Not waited for: a command that must be durable waits for its own sync, which covers the start too.
    this.#log.flush().catch((error: unknown) => this.#storageError(error))
  }

  /** Reads or creates the cluster metadata of a directory and makes this node its broker, controller and leader. */
  static open(options: MetadataControllerOptions): MetadataController {
    return new MetadataController(options)
  }

  /** Called in the order of registration, after the image shows what the delta says. */
  onChange(listener: (delta: MetadataDelta) => void): void {
    this.#listeners.push(listener)
  }

  createTopics(specs: readonly CreateTopicSpec[], options: CommandOptions): CreateTopicOutcome[] {
    return this.#run(createTopics(this.#context(), specs), options)
  }

  deleteTopics(topicIds: Iterable<string>): DeleteTopicsOutcome {
    return this.#run(deleteTopics(this.#context(), topicIds), { validateOnly: false })
  }

  createPartitions(specs: readonly CreatePartitionsSpec[], options: CommandOptions): CreatePartitionsOutcome[] {
    return this.#run(createPartitions(this.#context(), specs), options)
  }

  alterConfigs(replacements: readonly ConfigReplacement[], options: CommandOptions): AlterConfigsOutcome[] {
    return this.#run(alterConfigs(this.#context(), replacements), options)
  }

  incrementalAlterConfigs(changes: readonly ConfigChange[], options: CommandOptions): AlterConfigsOutcome[] {
    return this.#run(incrementalAlterConfigs(this.#context(), changes), options)
  }

  /** A block that no producer ever had, also not in an earlier life of this directory. */
  allocateProducerIds(): { firstProducerId: number; count: number } {
    const firstProducerId = this.image.nextProducerId
    const data = {
      brokerId: this.nodeId,
      brokerEpoch: this.brokerEpoch,
      nextProducerId: firstProducerId + PRODUCER_ID_BLOCK
    }
    this.#append([encodeRecord('producerIds', 0, data)])
    return { firstProducerId, count: PRODUCER_ID_BLOCK }
  }

  /** Resolves when everything that was changed so far survives a power cut. */
  async flush(): Promise<void> {
    try {
      await this.#log.flush()
    } catch (error) {
      throw this.#storageError(error)
    }
  }

  /** Says in the log that this broker is gone, so that its next start need not wait for a session to end. */
  close(): void {
    if (!this.#log.isFailed) this.#append([fence(this.nodeId, this.brokerEpoch)])
    this.#snapshotter.close()
    this.#log.close()
    this.#files.close()
  }

  #context(): CommandContext {
    const { config, random, logs } = this.#options
    const { image, nodeId } = this
    return { image, config, random, nodeId, directoryId: logs.directoryId, versions: this.#versions }
  }

  #run<T>({ records, outcome }: CommandResult<T>, { validateOnly }: CommandOptions): T {
    if (!validateOnly && records.length > 0) this.#append(records)
    return outcome
  }

  #append(records: readonly Buffer[]): void {
    const place = {
      baseOffset: this.#log.endOffset,
      leaderEpoch: this.#leaderEpoch,
      timestampMs: this.#options.clock.nowMs()
    }
    try {
      this.#log.append([dataBatch(records, place)])
    } catch (error) {
      throw this.#storageError(error)
    }
    // Through the bytes that were written: what a restart will read is what happens now.
    for (const value of records) this.#replay.apply(decodeRecord(value))
    this.#state.endOffset = this.#log.endOffset
    const delta = this.#replay.takeDelta()
    if (delta.configsChanged.some(({ resourceType }) => resourceType === ResourceType.BROKER))
      this.#applyBrokerConfigs()
    for (const listener of this.#listeners) listener(delta)
    this.#snapshotter.consider(place.timestampMs)
  }

  #applyBrokerConfigs(): void {
    const { config } = this.#options
    config.setDynamicAll(this.image.configs(ResourceType.BROKER, ''), 'cluster')
    config.setDynamicAll(this.image.configs(ResourceType.BROKER, String(this.nodeId)), 'broker')
  }

  #storageError(error: unknown): unknown {
    const isOfDisk = error instanceof MetadataLogError || (error instanceof Error && 'code' in error)
    if (!isOfDisk) return error
    this.#options.logger.error('the metadata log could not be written', { error: error.message })
    return new KafkaError('KAFKA_STORAGE_ERROR', `The metadata log could not be written: ${error.message}`)
  }
}
