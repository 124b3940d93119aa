// What becomes of a producer's bytes before they may be written: checked against the topic's config, rebuilt where the
// config asks for another codec. Holds no state of the log.

import type { LogConfig } from '../configs/log-config.ts'
import { KafkaError } from '../error-codes.ts'
import { codec, maxTimestamp } from '../records/batch-header.ts'
import { needsRecompression, recompress, recompressAsync, type TargetCompression } from '../records/convert.ts'
import { checked } from '../records/record-framing.ts'
import { type AppendOrigin, type AppendRules, analyzeBatch, validateBatch } from '../records/validate.ts'

const CODECS: Record<LogConfig['compressionType'], number | undefined> = {
  producer: undefined,
  uncompressed: 0,
  gzip: 1,
  snappy: 2,
  lz4: 3,
  zstd: 4
}

function targetCompression(config: LogConfig): TargetCompression {
  const levels: Partial<Record<LogConfig['compressionType'], number>> = {
    gzip: config.compressionGzipLevel,
    lz4: config.compressionLz4Level,
    zstd: config.compressionZstdLevel
  }
  return { codec: CODECS[config.compressionType], level: levels[config.compressionType] }
}

export class BatchIntake {
  /** Of the last batch taken in: the greatest timestamp of its records, as they will be in the log. */
  maxTimestampMs = -1
  readonly #name: string
  #config: LogConfig
  #rules: AppendRules
  #target: TargetCompression
  /** Infinite where the config is Long.MAX_VALUE. */
  #beforeMaxMs = Number.POSITIVE_INFINITY
  #afterMaxMs = Number.POSITIVE_INFINITY

  constructor(config: LogConfig, topic: string, partition: number) {
    this.#name = `${topic}-${partition}`
    this.#config = config
    this.#rules = this.#makeRules()
    this.#target = targetCompression(config)
  }

  updateConfig(config: LogConfig): void {
    this.#config = config
    this.#rules = this.#makeRules()
    this.#target = targetCompression(config)
  }

  /** The one batch to write: the producer's own bytes or rebuilt ones. undefined when there is none. */
  take(records: Buffer, origin: AppendOrigin, nowMs: number): Buffer | undefined {
    this.#setTimestampBounds(nowMs)
    const size = analyzeBatch(records, origin, this.#rules)
    if (size === 0) return undefined
    const batch = size === records.length ? records : records.subarray(0, size)
    if (origin === 'raft') {
      this.maxTimestampMs = maxTimestamp(batch, 0)
      return batch
    }
    const willRebuild = this.needsConversion(batch)
    validateBatch(batch, size, origin, this.#rules, willRebuild)
    this.maxTimestampMs = this.#rules.isCreateTime ? checked.maxTimestampMs : nowMs
    if (willRebuild) return this.#rebuild(batch)
    if (checked.isSequential || codec(batch, 0) === 0) return batch
    // Apache Kafka means to rebuild such a batch, fails at it and answers with this error.
    throw new KafkaError('UNKNOWN_SERVER_ERROR', 'The offsets in the compressed batch do not count from 0')
  }

  needsConversion(records: Buffer): boolean {
    return this.#target.codec !== undefined && needsRecompression(records, this.#target)
  }

  async convert(records: Buffer, nowMs: number): Promise<Buffer> {
    this.#setTimestampBounds(nowMs)
    const size = analyzeBatch(records, 'client', this.#rules)
    if (size === 0 || !this.needsConversion(records)) return records
    validateBatch(records, size, 'client', this.#rules, true)
    return recompressAsync(records.subarray(0, size), this.#target)
  }

  #rebuild(batch: Buffer): Buffer {
    const rebuilt = recompress(batch, this.#target)
    const limit = this.#config.maxMessageBytes
    if (rebuilt.length <= limit) return rebuilt
    const where = `in append to partition ${this.#name}`
    throw new KafkaError(
      'MESSAGE_TOO_LARGE',
      `Message batch size is ${rebuilt.length} bytes ${where} which exceeds the maximum configured size of ${limit}.`
    )
  }

  #makeRules(): AppendRules {
    const config = this.#config
    this.#beforeMaxMs = limitMs(config.messageTimestampBeforeMaxMs)
    this.#afterMaxMs = limitMs(config.messageTimestampAfterMaxMs)
    return {
      keyRequired: config.cleanupPolicy.has('compact'),
      isCreateTime: config.messageTimestampType === 'CreateTime',
      earliestMs: 0,
      latestMs: 0,
      topicPartition: ` in topic partition ${this.#name}`,
      maxMessageBytes: config.maxMessageBytes
    }
  }

  #setTimestampBounds(nowMs: number): void {
    this.#rules.earliestMs = nowMs - this.#beforeMaxMs
    this.#rules.latestMs = nowMs + this.#afterMaxMs
  }
}

function limitMs(configured: number): number {
  return configured >= Number.MAX_SAFE_INTEGER ? Number.POSITIVE_INFINITY : configured
}
