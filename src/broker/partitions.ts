// Every partition of this broker, by topic name and by topic id. Follows the metadata log: a topic that the log
// creates gets its logs opened, a deleted one loses them, a configuration change reaches the logs it concerns.

import type { ConfigValues } from '../configs/config-values.ts'
import { type LogConfig, logConfig } from '../configs/log-config.ts'
import { ErrorCode } from '../error-codes.ts'
import type { PartitionImage, TopicImage } from '../metadata/cluster-image.ts'
import type { MetadataController } from '../metadata/controller.ts'
import type { MetadataDelta } from '../metadata/delta.ts'
import type { Clock, Logger } from '../ports.ts'
import type { LogDirectory } from '../storage/log-directory.ts'
import { isDiskFull } from '../storage/log-guard.ts'
import { Partition } from './partition.ts'

/** Resource type of a ConfigRecord. */
const TOPIC = 2

/** The partitions of one topic; index is the partition number. */
export interface TopicPartitions {
  readonly name: string
  readonly topicId: string
  /** A hole is a partition whose log could not be opened: KAFKA_STORAGE_ERROR. */
  readonly partitions: (Partition | undefined)[]
}

export interface PartitionsOptions {
  readonly logs: LogDirectory
  readonly metadata: MetadataController
  readonly config: ConfigValues
  readonly clock: Clock
  readonly logger: Logger
}

/** A full disk is asked again so often at most whether it has room for a partition. */
const REOPEN_MS = 1000

export class Partitions {
  readonly #options: PartitionsOptions
  readonly #byName = new Map<string, TopicPartitions>()
  readonly #byId = new Map<string, TopicPartitions>()
  /** Partitions for which the disk had no room, by topic id, and when they are tried again. */
  readonly #unopened = new Map<string, Map<number, number>>()

  constructor(options: PartitionsOptions) {
    this.#options = options
  }

  get(topic: string, index: number): Partition | undefined {
    return this.#byName.get(topic)?.partitions[index]
  }

  /** As `get`; a partition for which the disk had no room is tried again now. */
  getOrOpen(topic: string, index: number): Partition | undefined {
    const partition = this.get(topic, index)
    if (partition !== undefined) return partition
    this.#openAgain(topic, index)
    return this.get(topic, index)
  }

  getById(topicId: string, index: number): Partition | undefined {
    return this.#byId.get(topicId)?.partitions[index]
  }

  /**
   * Why `get` found nothing: the topic has no such partition, or its log could not be opened. Where the disk was full it
   * is tried again now, for the next time that the client asks.
   */
  whyMissing(topic: string, index: number): ErrorCode {
    const partitions = this.#byName.get(topic)?.partitions
    const isKnown = partitions !== undefined && index >= 0 && index < partitions.length
    if (isKnown) this.#openAgain(topic, index)
    return isKnown ? ErrorCode.KAFKA_STORAGE_ERROR : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
  }

  topic(name: string): TopicPartitions | undefined {
    return this.#byName.get(name)
  }

  topicById(topicId: string): TopicPartitions | undefined {
    return this.#byId.get(topicId)
  }

  topics(): Iterable<TopicPartitions> {
    return this.#byName.values()
  }

  /** Opens (recovers) the log of every partition of the image, then follows the metadata log. */
  start(): void {
    const { metadata, config, logs } = this.#options
    for (const topic of metadata.image.topics()) this.#addPartitions(topic, topic.partitions)
    logs.setAsideStrays((topic, partition) => metadata.image.partition(topic, partition) !== undefined)
    metadata.onChange((delta) => this.#apply(delta))
    // A broker config is the default of a topic config, so a change of one may concern every log.
    config.onChange(() => {
      for (const name of this.#byName.keys()) this.#configure(name)
    })
  }

  #apply(delta: MetadataDelta): void {
    // Deletions first: one batch of records may delete a topic and create its namesake.
    for (const topic of delta.topicsDeleted) this.#removeTopic(topic)
    for (const topic of delta.topicsCreated) this.#addPartitions(topic, topic.partitions)
    for (const { topic, partitions } of delta.partitionsAdded) this.#addPartitions(topic, partitions)
    for (const { topic, partitions } of delta.leadershipChanged) this.#lead(topic, partitions)
    for (const { resourceType, resourceName } of delta.configsChanged) {
      if (resourceType === TOPIC) this.#configure(resourceName)
    }
  }

  #addPartitions(image: TopicImage, added: readonly PartitionImage[]): void {
    let topic = this.#byName.get(image.name)
    if (topic === undefined) {
      topic = { name: image.name, topicId: image.topicId, partitions: [] }
      this.#byName.set(topic.name, topic)
      this.#byId.set(topic.topicId, topic)
    }
    const config = logConfig(this.#options.config, image.configs)
    for (const partition of added) topic.partitions[partition.partition] = this.#open(image, partition, config)
    // A hole at the end counts as well.
    topic.partitions.length = Math.max(topic.partitions.length, image.partitions.length)
  }

  #open(topic: TopicImage, image: PartitionImage, config: LogConfig): Partition | undefined {
    const args = { topic: topic.name, partition: image.partition, topicId: topic.topicId, config }
    try {
      const partition = new Partition(this.#options.logs.openLog(args))
      partition.lead(image)
      return partition
    } catch (error) {
      // The topic exists, the metadata log says so; its other partitions and all other topics go on.
      const fields = { topic: topic.name, partition: image.partition, error: String(error) }
      this.#options.logger.error('cannot open the log of a partition; it answers KAFKA_STORAGE_ERROR', fields)
      if (isDiskFull(error)) this.#tryLater(topic.topicId, image.partition)
      return undefined
    }
  }

  #tryLater(topicId: string, partition: number): void {
    const ofTopic = this.#unopened.get(topicId) ?? new Map<number, number>()
    this.#unopened.set(topicId, ofTopic)
    ofTopic.set(partition, this.#options.clock.monotonicMs() + REOPEN_MS)
  }

  #openAgain(name: string, index: number): void {
    const { metadata, config, clock } = this.#options
    const topic = metadata.image.topic(name)
    const dueMs = topic && this.#unopened.get(topic.topicId)?.get(index)
    if (topic === undefined || dueMs === undefined || clock.monotonicMs() < dueMs) return
    this.#unopened.get(topic.topicId)?.delete(index)
    const partition = this.#open(topic, topic.partitions[index], logConfig(config, topic.configs))
    const known = this.#byId.get(topic.topicId)
    if (known !== undefined) known.partitions[index] = partition
  }

  #lead(topic: TopicImage, images: readonly PartitionImage[]): void {
    for (const image of images) this.get(topic.name, image.partition)?.lead(image)
  }

  #removeTopic(image: TopicImage): void {
    const topic = this.#byId.get(image.topicId)
    if (topic === undefined) return
    this.#byId.delete(topic.topicId)
    this.#byName.delete(topic.name)
    this.#unopened.delete(topic.topicId)
    for (const partition of topic.partitions) if (partition !== undefined) partition.isDeleted = true
    for (const partition of topic.partitions) {
      if (partition === undefined) continue
      partition.notifyDeleted()
      this.#options.logs.deleteLog(partition.topic, partition.index)
    }
  }

  #configure(name: string): void {
    const topic = this.#byName.get(name)
    const image = this.#options.metadata.image.topic(name)
    if (topic === undefined || image === undefined) return
    const config = logConfig(this.#options.config, image.configs)
    for (const partition of topic.partitions) partition?.configure(config)
  }
}
