// Joins the group coordinator to the broker: its log is the partitions of __consumer_offsets, made on first use.
import type { ConfigValues } from '../configs/config-values.ts'
import { GroupCoordinator } from '../coordinators/group/group-coordinator.ts'
import type { CoordinatorLog, CoordinatorLogs } from '../coordinators/shard.ts'
import { KafkaError } from '../error-codes.ts'
import type { MetadataController } from '../metadata/controller.ts'
import type { Clock, Logger, Random } from '../ports.ts'
import { batchSizeBytes, crcIsValid, lastOffset } from '../records/batch-header.ts'
import { batches } from '../records/iterate.ts'
import type { Partition } from './partition.ts'
import type { Partitions } from './partitions.ts'

const OFFSETS_TOPIC = '__consumer_offsets'
const READ_BYTES = 1024 * 1024

export interface GroupServiceOptions {
  readonly config: ConfigValues
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metadata: MetadataController
  readonly partitions: Partitions
}

export function createGroupCoordinator(options: GroupServiceOptions): GroupCoordinator {
  const { config, clock, random, logger, metadata } = options
  const groups = new GroupCoordinator({ logs: new OffsetsTopic(options), clock, random, logger, config })
  metadata.onChange(({ topicsDeleted }) => {
    if (topicsDeleted.length > 0) groups.onTopicsDeleted(topicsDeleted)
  })
  return groups
}

/** Appending through the partition, not its log, wakes whoever reads the topic. */
class PartitionLog implements CoordinatorLog {
  readonly #partition: Partition
  readonly #metadata: MetadataController
  readonly #logger: Logger
  constructor(partition: Partition, { metadata, logger }: GroupServiceOptions) {
    this.#partition = partition
    this.#metadata = metadata
    this.#logger = logger
  }

  append(batch: Buffer): { lastOffset: number; sync: (() => Promise<void>) | undefined } {
    const { lastOffset, needsFlush } = this.#partition.append(batch, { origin: 'coordinator' })
    return { lastOffset, sync: needsFlush ? () => this.#sync() : undefined }
  }

  /** After a clean stop nothing was checked yet: a damaged batch must not be taken for what groups committed. */
  #visitGood(records: Buffer, visit: (batches: Buffer) => void): number {
    let next = 0
    for (const position of batches(records)) {
      const end = position + batchSizeBytes(records, position)
      next = lastOffset(records, position) + 1
      if (crcIsValid(records, position)) visit(records.subarray(position, end))
      else {
        const place = `${this.#partition.log.directory}, offset ${next - 1}`
        this.#logger.error(`What groups stored is damaged and left out: ${place}`)
      }
    }
    return next
  }

  /** With the topic itself, which may have been made a moment ago. */
  async #sync(): Promise<void> {
    await Promise.all([this.#metadata.flush(), this.#partition.log.flush()])
  }

  readAll(visit: (batches: Buffer) => void): void {
    const { log } = this.#partition
    for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
      const { records } = log.read(offset, { maxBytes: READ_BYTES, minOneBatch: true })
      if (records.length === 0) return
      offset = this.#visitGood(records, visit)
    }
  }
}

class OffsetsTopic implements CoordinatorLogs {
  readonly #options: GroupServiceOptions
  constructor(options: GroupServiceOptions) {
    this.#options = options
  }

  exists(): boolean {
    return this.#options.metadata.image.topic(OFFSETS_TOPIC) !== undefined
  }

  partitionCount(): number {
    const { metadata } = this.#options
    if (!this.exists()) this.#create()
    return metadata.image.topic(OFFSETS_TOPIC)?.partitions.length ?? 0
  }

  log(partition: number): CoordinatorLog | undefined {
    const found = this.#options.partitions.getOrOpen(OFFSETS_TOPIC, partition)
    return found === undefined ? undefined : new PartitionLog(found, this.#options)
  }

  #create(): void {
    const { config, metadata, logger } = this.#options
    const [outcome] = metadata.createTopics(
      [
        {
          name: OFFSETS_TOPIC,
          numPartitions: config.int('offsets.topic.num.partitions'),
          replicationFactor: config.int('offsets.topic.replication.factor'),
          configs: [
            { name: 'compression.type', value: 'producer' },
            { name: 'cleanup.policy', value: 'compact' },
            { name: 'segment.bytes', value: String(config.int('offsets.topic.segment.bytes')) }
          ]
        }
      ],
      { validateOnly: false }
    )
    if (outcome.error !== undefined) {
      const { errorName, message } = outcome.error
      logger.error(`cannot create ${OFFSETS_TOPIC}`, { error: errorName, message })
      throw new KafkaError('COORDINATOR_NOT_AVAILABLE', message)
    }
  }
}
