// All logs of one log directory: opened, made, deleted, and kept in the background. Whoever holds this object holds the
// directory's lock.

import type { ConfigValues } from '../configs/config-values.ts'
import type { LogConfig } from '../configs/log-config.ts'
import type { Clock, FileLock, FileSystem, Logger, Random } from '../ports.ts'
import { BackgroundTasks } from './background-tasks.ts'
import { MalformedCheckpointError } from './checkpoint-file.ts'
import { CleanShutdownMarker } from './clean-shutdown-marker.ts'
import type { CompactionResult } from './compaction.ts'
import { LogCleaner } from './compaction-cleaner.ts'
import { type CheckpointName, DirectoryCheckpoints } from './directory-checkpoints.ts'
import { type DirectoryIdentity, identify } from './directory-identity.ts'
import { FileHandles } from './file-handles.ts'
import {
  DELETE_DIRECTORY_SUFFIX,
  HIGH_WATERMARK_CHECKPOINT,
  LOCK_FILE,
  LOG_START_CHECKPOINT,
  parsePartitionDirectory,
  partitionDirectoryName,
  RECOVERY_POINT_CHECKPOINT
} from './file-names.ts'
import { FlushQueue } from './flush-queue.ts'
import { Log } from './log.ts'
import { type LoadedLog, loadLog, newLog } from './log-loader.ts'
import { type OffsetsByPartition, type PartitionOffset, readOffsetCheckpoint } from './offset-checkpoint.ts'
import { METADATA_TOPIC, PartitionDirectories } from './partition-directories.ts'
import { RemovalQueue } from './removal-queue.ts'

/** Files that are synced and closed at the same time at a clean stop. */
const CLOSING_AT_ONCE = 16
/** From so many changed logs on, one sync of the file system is quicker than theirs. */
const CLOSED_TOGETHER_MIN = 64

export interface LogDirectoryOptions {
  path: string
  fileSystem: FileSystem
  clock: Clock
  random: Random
  logger: Logger
  config: ConfigValues
  nodeId: number
  /** Of a new directory; an existing one of another cluster is refused. */
  clusterId?: string
}

export interface OpenLogArgs {
  topic: string
  partition: number
  topicId: string
  config: LogConfig
}

export class LogDirectory {
  readonly path: string
  readonly #options: LogDirectoryOptions
  readonly #identity: DirectoryIdentity
  readonly #lock: FileLock
  readonly #handles: FileHandles
  readonly #flushQueue = new FlushQueue()
  readonly #removals: RemovalQueue
  readonly #checkpoints: DirectoryCheckpoints
  readonly #cleaner: LogCleaner
  readonly #directories: PartitionDirectories
  readonly #marker: CleanShutdownMarker
  readonly #background: BackgroundTasks
  readonly #logs = new Map<string, Log>()
  readonly #recoveryPoints: OffsetsByPartition
  /** How far the logs went in the last life, as of seconds before its end. */
  readonly #reached: OffsetsByPartition
  readonly #logStarts: OffsetsByPartition
  /** Names that the checkpoints on the disk may know from another life or another topic. */
  readonly #formerNames: Set<string>
  #wasUsed = false

  /** Takes the lock and notes how the last stop was. Throws DirectoryInUseError, LogDirectoryError. */
  static open(options: LogDirectoryOptions): LogDirectory {
    const { fileSystem, path } = options
    fileSystem.makeDirectory(path)
    const lock = fileSystem.lock(`${path}/${LOCK_FILE}`)
    try {
      return new LogDirectory(options, lock)
    } catch (error) {
      lock.release()
      throw error
    }
  }

  private constructor(options: LogDirectoryOptions, lock: FileLock) {
    const { fileSystem, path, clock, random, logger, config } = options
    this.#options = options
    this.#lock = lock
    this.path = path
    this.#handles = new FileHandles(fileSystem)
    this.#removals = new RemovalQueue(fileSystem, clock, logger)
    this.#background = new BackgroundTasks(clock, logger)
    const removalDelayMs = config.long('log.segment.delete.delay.ms')
    const removals = this.#removals
    this.#directories = new PartitionDirectories({ path, fileSystem, random, logger, removals, removalDelayMs })
    this.#identity = identify({ ...options, hasPartitions: this.#directories.unclaimed.size > 0 })
    this.#recoveryPoints = this.#readIfWhole(RECOVERY_POINT_CHECKPOINT)
    this.#reached = this.#readIfWhole(HIGH_WATERMARK_CHECKPOINT)
    this.#logStarts = readOffsetCheckpoint(fileSystem, `${path}/${LOG_START_CHECKPOINT}`)
    this.#formerNames = new Set(
      [this.#recoveryPoints, this.#logStarts, this.#reached].flatMap((map) => [...map.keys()])
    )
    const [checkpointed, unopened] = [() => this.#checkpointed(), (name: CheckpointName) => this.#unopened(name)]
    this.#checkpoints = new DirectoryCheckpoints(fileSystem, path, logger, checkpointed, unopened)
    this.#cleaner = new LogCleaner({ ...options, handles: this.#handles, logs: () => this.#checkpointed() })
    this.#marker = new CleanShutdownMarker(fileSystem, path)
  }

  /** The last stop: with it nothing has to be read again. */
  get wasCleanShutdown(): boolean {
    return this.#marker.wasThere
  }

  get fileSystem(): FileSystem {
    return this.#options.fileSystem
  }

  get clusterId(): string {
    return this.#identity.clusterId
  }

  get directoryId(): string {
    return this.#identity.directoryId
  }

  get nodeId(): number {
    return this.#identity.nodeId
  }

  /** Whether there are batches in a partition that no log was opened for yet. */
  hasRecords(): boolean {
    return this.#directories.hasRecords()
  }

  /** Whether a partition's directory is there that no log was opened for yet. */
  hasDirectory(topic: string, partition: number): boolean {
    return this.#directories.unclaimed.has(partitionDirectoryName(topic, partition))
  }

  /** Opens the partition's log, recovering what has to be, or makes a new one. A directory of another topic id is set aside. */
  openLog(args: OpenLogArgs): Log {
    const name = partitionDirectoryName(args.topic, args.partition)
    if (this.#logs.has(name)) throw new Error(`${name} is open already`)
    this.#wasUsed = true
    const loaded = this.#loadOrCreate(name, args)
    const { clock, random, logger } = this.#options
    const log = new Log({
      ...args,
      directory: `${this.path}/${name}`,
      handles: this.#handles,
      clock,
      random,
      logger,
      flushQueue: this.#flushQueue,
      syncParent: () => this.#directories.sync(),
      removeLater: (paths, delayMs) => {
        for (const path of paths) this.#removals.add(path, false, delayMs)
      },
      loaded
    })
    this.#logs.set(name, log)
    return log
  }

  #loadOrCreate(name: string, args: OpenLogArgs): LoadedLog {
    try {
      const claimed = this.#directories.claim(args, args.topicId)
      if (claimed === 'ours') return this.#load(name, args)
      if (claimed === 'freed') this.#formerNames.add(name)
      return this.#create(name, args)
    } catch (error) {
      this.#directories.giveBack(name)
      throw error
    }
  }

  log(topic: string, partition: number): Log | undefined {
    return this.#logs.get(partitionDirectoryName(topic, partition))
  }

  logs(): Iterable<Log> {
    return this.#logs.values()
  }

  /** The name is free at once; the files go after the topic's file.delete.delay.ms. */
  deleteLog(topic: string, partition: number): void {
    const name = partitionDirectoryName(topic, partition)
    const log = this.#logs.get(name)
    if (log === undefined) return
    this.#logs.delete(name)
    this.#formerNames.add(name)
    this.#reached.delete(name)
    log.closeFiles()
    this.#forgetCleaned(name)
    const aside = this.#directories.setAside(log, DELETE_DIRECTORY_SUFFIX)
    this.#removals.add(aside, true, log.config.fileDeleteDelayMs)
  }

  /** After the cluster's partitions are known: directories of others are put out of the way, with their data. */
  setAsideStrays(isKnown: (topic: string, partition: number) => boolean): void {
    this.#directories.setAsideStrays(isKnown)
  }

  /** Begins the background work: retention, compaction, flushes, checkpoints, producer expiry. */
  start(): void {
    const { config } = this.#options
    const tasks = this.#background
    const initialMs = config.long('log.initial.task.delay.ms')
    tasks.every('retention', initialMs, config.long('log.retention.check.interval.ms'), () => this.runRetention())
    tasks.every('flush', initialMs, config.long('log.flush.scheduler.interval.ms'), () => this.#flushOverdue())
    tasks.every('recovery points', initialMs, config.long('log.flush.offset.checkpoint.interval.ms'), () =>
      this.#checkpoints.writeInBackground(RECOVERY_POINT_CHECKPOINT)
    )
    tasks.every('log starts', initialMs, config.long('log.flush.start.offset.checkpoint.interval.ms'), () =>
      this.#checkpoints.writeInBackground(LOG_START_CHECKPOINT)
    )
    this.#cleaner.start()
    const highWatermarkMs = config.long('replica.high.watermark.checkpoint.interval.ms')
    tasks.every('high watermarks', highWatermarkMs, highWatermarkMs, () =>
      this.#checkpoints.writeInBackground(HIGH_WATERMARK_CHECKPOINT)
    )
    const expiryMs = config.long('producer.id.expiration.check.interval.ms')
    tasks.every('producer expiry', expiryMs, expiryMs, () => this.#expireProducers())
  }

  /** Removes what retention allows, in every log; returns the number of segments. */
  runRetention(): number {
    const nowMs = this.#options.clock.nowMs()
    let removed = 0
    for (const log of this.#logs.values()) {
      if (log.topic !== METADATA_TOPIC && !this.#cleaner.isBusyWith(log)) removed += log.runRetention(nowMs)
    }
    return removed
  }

  /** Compacts what may be compacted of the log now, however little; undefined when there is nothing. */
  compact(topic: string, partition: number): Promise<CompactionResult | undefined> {
    const log = this.log(topic, partition)
    if (log === undefined || topic === METADATA_TOPIC) throw new Error(`No log of ${topic}-${partition} to compact`)
    return this.#cleaner.compact(log)
  }

  /**
   * The clean stop: every log synced and closed, the checkpoints, then the marker that promises all that to the next
   * start. A log that failed breaks the promise: no marker, and the next start reads again.
   */
  async close(brokerEpoch: number): Promise<void> {
    this.#stopBackground()
    await this.#cleaner.stop()
    const logs = [...this.#logs.values()]
    let allClosed = logs.every((log) => !log.isFailed)
    if (logs.length >= CLOSED_TOGETHER_MIN) await this.#closeTogether(logs)
    await inParallel(logs, CLOSING_AT_ONCE, async (log) => {
      try {
        await log.close()
      } catch (error) {
        allClosed = false
        this.#options.logger.error(`${log.directory} could not be closed`, { reason: (error as Error).message })
      }
    })
    if (allClosed) {
      await this.#checkpoints.writeAll()
      this.#marker.write(brokerEpoch)
    }
    this.#lock.release()
  }

  /** Syncing thousands of files one by one takes seconds, the whole file system at once a tenth of one. */
  async #closeTogether(logs: readonly Log[]): Promise<void> {
    const written = logs.filter((log) => {
      try {
        return log.writeFinalState()
      } catch {
        return false // close() meets the same error again, and reports it
      }
    })
    if (written.length < CLOSED_TOGETHER_MIN) return
    if (await this.#options.fileSystem.syncFileSystem(this.path)) for (const log of written) log.closeSynced()
  }

  /** The start failed. When no log was opened, the next one finds the marker of a clean stop that this one found. */
  abandon(): void {
    if (!this.#wasUsed) this.#marker.putBack(this.#options.logger)
    this.release()
  }

  /**
   * Lets go of everything without writing, as a dying process would: for tests of what the next start makes of it.
   */
  release(): void {
    this.#stopBackground()
    void this.#cleaner.stop()
    for (const log of this.#logs.values()) log.closeFiles()
    this.#lock.release()
  }

  #stopBackground(): void {
    this.#background.stop()
    this.#removals.close()
  }

  /** Without recovery points the logs are read from their start, which is always right. */
  #readIfWhole(name: CheckpointName): OffsetsByPartition {
    const { fileSystem, logger } = this.#options
    try {
      return readOffsetCheckpoint(fileSystem, `${this.path}/${name}`)
    } catch (error) {
      if (!(error instanceof MalformedCheckpointError)) throw error
      logger.warn(`${this.path}/${name} is malformed: not used`)
      return new Map()
    }
  }

  #load(name: string, args: OpenLogArgs): LoadedLog {
    const { clock, logger, config } = this.#options
    const isMetadata = args.topic === METADATA_TOPIC
    const loaded = loadLog({
      handles: this.#handles,
      directory: `${this.path}/${name}`,
      clock,
      logger,
      indexIntervalBytes: args.config.indexIntervalBytes,
      producerIdExpirationMs: config.long('producer.id.expiration.ms'),
      wasCleanShutdown: this.wasCleanShutdown && !isMetadata,
      recoveryPoint: isMetadata ? 0 : (this.#recoveryPoints.get(name) ?? 0),
      logStartOffset: this.#logStarts.get(name) ?? 0,
      damage: isMetadata ? 'refuse' : 'cut',
      wasSynced: this.wasCleanShutdown,
      mayHaveGaps: isMetadata || args.config.cleanupPolicy.has('compact') || this.#wasCompacted(name)
    })
    if (!isMetadata) this.#tellOfLoss(name, loaded.logEndOffset)
    return loaded
  }

  /** Its policy may be another one by now. */
  #wasCompacted(name: string): boolean {
    return this.#cleaner.checkpoint.get(name) !== undefined
  }

  #forgetCleaned(name: string): void {
    this.#cleaner.checkpoint.remove(name).catch((error: Error) => {
      this.#options.logger.warn(`${this.path}: how far ${name} was compacted could not be removed`, {
        reason: error.message
      })
    })
  }

  #create(name: string, args: OpenLogArgs): LoadedLog {
    this.#forgetCleaned(name)
    this.#tellOfLoss(name, 0)
    for (const offsets of [this.#recoveryPoints, this.#logStarts, this.#reached]) offsets.delete(name)
    if (this.#formerNames.has(name)) this.#forgetFormerNames()
    this.#directories.create(args, args.topicId)
    const { clock } = this.#options
    return newLog({ handles: this.#handles, directory: `${this.path}/${name}`, clock, logStartOffset: 0 })
  }

  /** A new log must not be taken for the former one of its name: that one's start and recovery point are not its own. */
  #forgetFormerNames(): void {
    for (const path of this.#checkpoints.replaceAtOnce()) this.#directories.syncToo(path)
    this.#formerNames.clear()
  }

  /** A power cut takes what was not synced, which is no news; that it happened is. */
  #tellOfLoss(name: string, logEndOffset: number): void {
    const reached = this.#reached.get(name) ?? 0
    if (logEndOffset >= reached) return
    const loss = `ends at offset ${logEndOffset}, but had reached ${reached}`
    this.#options.logger.error(`${this.path}/${name} ${loss}: what is missing was lost on the disk`)
  }

  *#unopened(checkpoint: CheckpointName): Iterable<PartitionOffset> {
    const offsets = {
      [RECOVERY_POINT_CHECKPOINT]: this.#recoveryPoints,
      [LOG_START_CHECKPOINT]: this.#logStarts,
      [HIGH_WATERMARK_CHECKPOINT]: this.#reached
    }[checkpoint]
    for (const name of this.#directories.unclaimed) {
      const [parsed, offset] = [parsePartitionDirectory(name), offsets.get(name)]
      if (parsed === undefined || offset === undefined) continue
      yield { topic: parsed.topic, partition: parsed.partition, offset }
    }
  }

  *#checkpointed(): Iterable<Log> {
    for (const log of this.#logs.values()) if (log.topic !== METADATA_TOPIC) yield log
  }

  #flushOverdue(): void {
    const nowMs = this.#options.clock.nowMs()
    for (const log of this.#logs.values()) {
      const isOverdue = log.hasUnflushed && nowMs - log.lastFlushMs >= log.config.flushMs
      if (isOverdue && !log.isFailed) this.#flushQueue.request(() => log.flush())
    }
  }

  #expireProducers(): void {
    const expirationMs = this.#options.config.long('producer.id.expiration.ms')
    const nowMs = this.#options.clock.nowMs()
    for (const log of this.#logs.values()) log.removeExpiredProducers(nowMs, expirationMs)
  }
}

async function inParallel<T>(items: readonly T[], width: number, action: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await action(items[next++])
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}
