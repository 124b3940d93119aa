// What a batch of metadata records changed, for those who hold something per topic, partition or config.
import type { PartitionImage, TopicImage } from './cluster-image.ts'
import type { ConfigResource } from './resource-type.ts'

export interface TopicPartitionsDelta {
  readonly topic: TopicImage
  readonly partitions: readonly PartitionImage[]
}

/** Deletions come first in effect: one batch may delete a topic and create its namesake. */
export interface MetadataDelta {
  /** With all partitions they were created with. */
  readonly topicsCreated: readonly TopicImage[]
  /** To topics that existed before. */
  readonly partitionsAdded: readonly TopicPartitionsDelta[]
  readonly topicsDeleted: readonly TopicImage[]
  /** Of existing resources; the configs of a new topic come with the topic. */
  readonly configsChanged: readonly ConfigResource[]
  /** Partitions of existing topics whose leader or leader epoch changed. */
  readonly leadershipChanged: readonly TopicPartitionsDelta[]
}

export class DeltaBuilder {
  readonly #created = new Map<string, TopicImage>()
  readonly #added = new Map<string, { topic: TopicImage; partitions: PartitionImage[] }>()
  readonly #deleted: TopicImage[] = []
  readonly #configs = new Map<string, ConfigResource>()
  readonly #leaders = new Map<string, { topic: TopicImage; partitions: PartitionImage[] }>()

  topicCreated(topic: TopicImage): void {
    this.#created.set(topic.topicId, topic)
  }

  topicDeleted(topic: TopicImage): void {
    this.#added.delete(topic.topicId)
    this.#leaders.delete(topic.topicId)
    if (!this.#created.delete(topic.topicId)) this.#deleted.push(topic)
  }

  partitionAdded(topic: TopicImage, partition: PartitionImage): void {
    if (!this.#created.has(topic.topicId)) collect(this.#added, topic, partition)
  }

  leaderChanged(topic: TopicImage, partition: PartitionImage): void {
    if (!this.#created.has(topic.topicId)) collect(this.#leaders, topic, partition)
  }

  configChanged(resource: ConfigResource, topic: TopicImage | undefined): void {
    if (topic !== undefined && this.#created.has(topic.topicId)) return
    this.#configs.set(`${resource.resourceType}:${resource.resourceName}`, resource)
  }

  build(): MetadataDelta {
    return {
      topicsCreated: [...this.#created.values()],
      partitionsAdded: [...this.#added.values()],
      topicsDeleted: this.#deleted,
      configsChanged: [...this.#configs.values()],
      leadershipChanged: [...this.#leaders.values()]
    }
  }
}

function collect(
  into: Map<string, { topic: TopicImage; partitions: PartitionImage[] }>,
  topic: TopicImage,
  partition: PartitionImage
): void {
  const entry = into.get(topic.topicId)
  if (entry === undefined) into.set(topic.topicId, { topic, partitions: [partition] })
  else entry.partitions.push(partition)
}
