// The internal topic of a coordinator, as its log: made on first use, one state machine a partition.
import type { ConfigValues } from '../configs/config-values.ts'
import type { CoordinatorLog, CoordinatorLogs } from '../coordinators/shard.ts'
import { KafkaError } from '../error-codes.ts'
import type { MetadataController } from '../metadata/controller.ts'
import { internalTopicSpec } from '../metadata/internal-topics.ts'
import { CONSUMER_OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC } from '../metadata/topic-name.ts'
import type { Clock, Logger } from '../ports.ts'
import { batchSizeBytes, crcIsValid, lastOffset } from '../records/batch-header.ts'
import { batches } from '../records/iterate.ts'
import type { Partition } from './partition.ts'
import type { Partitions } from './partitions.ts'

const READ_BYTES = 1024 * 1024
/** Begins a sentence about the topic's records. */
const STORED_IN: Readonly<Record<string, string>> = {
  [CONSUMER_OFFSETS_TOPIC]: 'What groups',
  [TRANSACTION_STATE_TOPIC]: 'What transactions'
}

export interface CoordinatorTopicOptions {
  readonly config: ConfigValues
  readonly clock: Clock
  readonly logger: Logger
  readonly metadata: MetadataController
  readonly partitions: Partitions
}

/** Appending through the partition, not its log, wakes whoever reads the topic. */
class PartitionLog implements CoordinatorLog {
  readonly #partition: Partition
  readonly #metadata: MetadataController
  readonly #logger: Logger
  constructor(partition: Partition, { metadata, logger }: CoordinatorTopicOptions) {
    this.#partition = partition
    this.#metadata = metadata
    this.#logger = logger
  }

  append(batch: Buffer): { lastOffset: number; sync: (() => Promise<void>) | undefined } {
    const { lastOffset, needsFlush } = this.#partition.append(batch, { origin: 'coordinator' })
    return { lastOffset, sync: needsFlush ? () => this.#sync() : undefined }
  }

  /** With the topic itself, which may have been made a moment ago. */
  async #sync(): Promise<void> {
    await Promise.all([this.#metadata.flush(), this.#partition.log.flush()])
  }

  /** After a clean stop nothing was checked yet: a damaged batch must not be taken for what was stored. */
  #visitGood(records: Buffer, visit: (batches: Buffer) => void): number {
    let next = 0
    for (const position of batches(records)) {
      const end = position + batchSizeBytes(records, position)
      next = lastOffset(records, position) + 1
      if (crcIsValid(records, position)) visit(records.subarray(position, end))
      else {
        const place = `${this.#partition.log.directory}, offset ${next - 1}`
        this.#logger.error(`${STORED_IN[this.#partition.topic]} stored is damaged and left out: ${place}`)
      }
    }
    return next
  }

  appendMarker(batch: Buffer, transactionVersion: number): void {
    this.#partition.appendMarker(batch, transactionVersion)
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

export class CoordinatorTopic implements CoordinatorLogs {
  readonly #name: string
  readonly #options: CoordinatorTopicOptions

  constructor(name: string, options: CoordinatorTopicOptions) {
    this.#name = name
    this.#options = options
  }

  exists(): boolean {
    return this.#options.metadata.image.topic(this.#name) !== undefined
  }

  partitionCount(): number {
    const { metadata } = this.#options
    if (!this.exists()) this.#create()
    return metadata.image.topic(this.#name)?.partitions.length ?? 0
  }

  log(partition: number): CoordinatorLog | undefined {
    const found = this.#options.partitions.getOrOpen(this.#name, partition)
    return found === undefined ? undefined : new PartitionLog(found, this.#options)
  }

  #create(): void {
    const { config, metadata, logger } = this.#options
    const [outcome] = metadata.createTopics([internalTopicSpec(this.#name, config)!], { validateOnly: false })
    if (outcome.error !== undefined) {
      const { errorName, message } = outcome.error
      logger.error(`cannot create ${this.#name}`, { error: errorName, message })
      throw new KafkaError('COORDINATOR_NOT_AVAILABLE', message)
    }
  }
}
