// All logs of one log directory: opened, made, deleted, and kept in the background. Whoever holds this object holds the
// directory's lock.

import type { ConfigValues } from '../configs/config-values.ts'
import type { LogConfig } from '../configs/log-config.ts'
import type { Clock, FileLock, FileSystem, Logger, Random, Timer } from '../ports.ts'
import { replaceFile, syncFile } from './atomic-file.ts'
import { MalformedCheckpointError } from './checkpoint-file.ts'
import { type CheckpointName, DirectoryCheckpoints } from './directory-checkpoints.ts'
import { type DirectoryIdentity, identify, LogDirectoryError } from './directory-identity.ts'
import { FileHandles } from './file-handles.ts'
import {
  CLEAN_SHUTDOWN_FILE,
  DELETE_DIRECTORY_SUFFIX,
  HIGH_WATERMARK_CHECKPOINT,
  LOCK_FILE,
  LOG_START_CHECKPOINT,
  PARTITION_METADATA,
  parsePartitionDirectory,
  partitionDirectoryName,
  RECOVERY_POINT_CHECKPOINT,
  REMOTE_LOG_INDEX_CACHE,
  STRAY_DIRECTORY_SUFFIX,
  setAsideDirectoryName
} from './file-names.ts'
import { FlushQueue } from './flush-queue.ts'
import { Log } from './log.ts'
import { type LoadedLog, loadLog, newLog } from './log-loader.ts'
import { type OffsetsByPartition, type PartitionOffset, readOffsetCheckpoint } from './offset-checkpoint.ts'
import { formatPartitionMetadata, parsePartitionMetadata } from './partition-metadata.ts'
import { RemovalQueue } from './removal-queue.ts'

/** Always read again as after an unclean stop, and in none of the checkpoints: as Apache Kafka does. */
const METADATA_TOPIC = '__cluster_metadata'
const LONG_MAX = Number.MAX_SAFE_INTEGER
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
  readonly wasCleanShutdown: boolean
  readonly #options: LogDirectoryOptions
  readonly #identity: DirectoryIdentity
  readonly #lock: FileLock
  readonly #handles: FileHandles
  readonly #flushQueue = new FlushQueue()
  readonly #removals: RemovalQueue
  readonly #checkpoints: DirectoryCheckpoints
  readonly #logs = new Map<string, Log>()
  /** Partition directories found at the start that no log was opened for yet. */
  readonly #unclaimed = new Set<string>()
  /** Directories that the last life had marked for removal, by partition: see #takeBack. */
  readonly #marked = new Map<number, string[]>()
  readonly #recoveryPoints: OffsetsByPartition
  /** How far the logs went in the last life, as of seconds before its end. */
  readonly #reached: OffsetsByPartition
  readonly #logStarts: OffsetsByPartition
  /** Names that the checkpoints on the disk may know from another life or another topic. */
  readonly #formerNames: Set<string>
  readonly #timers = new Map<string, Timer>()
  #lastMetadata: { path: string; topicId: string } | undefined
  /** Partition metadata that was written and not synced: each the one file of all its topic's partitions. */
  readonly #unsyncedMetadata = new Set<string>()
  #hasUnsyncedEntries = false
  /** What the clean-shutdown marker held. */
  #marker: Buffer | undefined
  #wasUsed = false
  #parentSync: Promise<void> = Promise.resolve()

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
    const { fileSystem, path, clock, logger } = options
    this.#options = options
    this.#lock = lock
    this.path = path
    this.#handles = new FileHandles(fileSystem)
    this.#removals = new RemovalQueue(fileSystem, clock, logger)
    this.#findPartitions()
    this.#identity = identify({ ...options, hasPartitions: this.#unclaimed.size > 0 })
    this.#recoveryPoints = this.#readIfWhole(RECOVERY_POINT_CHECKPOINT)
    this.#reached = this.#readIfWhole(HIGH_WATERMARK_CHECKPOINT)
    this.#logStarts = readOffsetCheckpoint(fileSystem, `${path}/${LOG_START_CHECKPOINT}`)
    this.#formerNames = new Set(
      [this.#recoveryPoints, this.#logStarts, this.#reached].flatMap((map) => [...map.keys()])
    )
    const [checkpointed, unopened] = [() => this.#checkpointed(), (name: CheckpointName) => this.#unopened(name)]
    this.#checkpoints = new DirectoryCheckpoints(fileSystem, path, logger, checkpointed, unopened)
    this.wasCleanShutdown = this.#takeCleanShutdownMarker()
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
    const isPartition = (name: string) => parsePartitionDirectory(name)?.topic !== METADATA_TOPIC
    const holdsBatches = (name: string) => hasBatches(this.#options.fileSystem, `${this.path}/${name}`)
    return [...this.#unclaimed].some((name) => isPartition(name) && holdsBatches(name))
  }

  /** Whether a partition's directory is there that no log was opened for yet. */
  hasDirectory(topic: string, partition: number): boolean {
    return this.#unclaimed.has(partitionDirectoryName(topic, partition))
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
      syncParent: () => this.#syncParent(),
      removeLater: (paths, delayMs) => {
        for (const path of paths) this.#removals.add(path, false, delayMs)
      },
      loaded
    })
    this.#logs.set(name, log)
    return log
  }

  /** What fails leaves the directory to be claimed again: the next try must not take it for a new one. */
  #loadOrCreate(name: string, args: OpenLogArgs): LoadedLog {
    try {
      return this.#claim(name, args) ? this.#load(name, args) : this.#create(name, args)
    } catch (error) {
      if (this.#options.fileSystem.exists(`${this.path}/${name}`)) this.#unclaimed.add(name)
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
    const aside = this.#setAside(name, topic, partition, DELETE_DIRECTORY_SUFFIX)
    this.#removals.add(aside, true, log.config.fileDeleteDelayMs)
  }

  /**
   * Directories of partitions that the cluster does not have keep their data under a `-stray` name; empty ones, of a
   * creation that a crash undid, go.
   */
  setAsideStrays(isKnown: (topic: string, partition: number) => boolean): void {
    const { fileSystem, logger } = this.#options
    for (const name of this.#unclaimed) {
      const parsed = parsePartitionDirectory(name)
      if (parsed === undefined || parsed.topic === METADATA_TOPIC || isKnown(parsed.topic, parsed.partition)) continue
      this.#unclaimed.delete(name)
      const isEmpty = !hasBatches(fileSystem, `${this.path}/${name}`)
      const suffix = isEmpty ? DELETE_DIRECTORY_SUFFIX : STRAY_DIRECTORY_SUFFIX
      const aside = this.#setAside(name, parsed.topic, parsed.partition, suffix)
      if (isEmpty) this.#removals.add(aside, true, 0)
      else logger.warn(`${this.path}/${name} belongs to no topic of this cluster: kept as ${aside}`)
    }
  }

  /** Begins the background work: retention, flushes, checkpoints, producer expiry. */
  start(): void {
    const { config } = this.#options
    const initialMs = config.long('log.initial.task.delay.ms')
    this.#every('retention', initialMs, config.long('log.retention.check.interval.ms'), () => this.runRetention())
    this.#every('flush', initialMs, config.long('log.flush.scheduler.interval.ms'), () => this.#flushOverdue())
    this.#every('recovery points', initialMs, config.long('log.flush.offset.checkpoint.interval.ms'), () =>
      this.#checkpoints.writeInBackground(RECOVERY_POINT_CHECKPOINT)
    )
    this.#every('log starts', initialMs, config.long('log.flush.start.offset.checkpoint.interval.ms'), () =>
      this.#checkpoints.writeInBackground(LOG_START_CHECKPOINT)
    )
    const highWatermarkMs = config.long('replica.high.watermark.checkpoint.interval.ms')
    this.#every('high watermarks', highWatermarkMs, highWatermarkMs, () =>
      this.#checkpoints.writeInBackground(HIGH_WATERMARK_CHECKPOINT)
    )
    const expiryMs = config.long('producer.id.expiration.check.interval.ms')
    this.#every('producer expiry', expiryMs, expiryMs, () => this.#expireProducers())
  }

  /** Removes what retention allows, in every log; returns the number of segments. */
  runRetention(): number {
    const nowMs = this.#options.clock.nowMs()
    let removed = 0
    for (const log of this.#logs.values()) {
      if (log.topic !== METADATA_TOPIC) removed += log.runRetention(nowMs)
    }
    return removed
  }

  /**
   * The clean stop: every log synced and closed, the checkpoints, then the marker that promises all that to the next
   * start. A log that failed breaks the promise: no marker, and the next start reads again.
   */
  async close(brokerEpoch: number): Promise<void> {
    this.#stopBackground()
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
      // Not synced: what it promises is on the disk, and losing it costs reading the ends of the logs.
      const marker = JSON.stringify({ version: 0, brokerEpoch })
      replaceFile(this.#options.fileSystem, `${this.path}/${CLEAN_SHUTDOWN_FILE}`, marker)
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
    if (!this.#wasUsed) this.#putMarkerBack()
    this.release()
  }

  /**
   * Lets go of everything without writing, as a dying process would: for tests of what the next start makes of it.
   */
  release(): void {
    this.#stopBackground()
    for (const log of this.#logs.values()) log.closeFiles()
    this.#lock.release()
  }

  #stopBackground(): void {
    for (const timer of this.#timers.values()) timer.cancel()
    this.#timers.clear()
    this.#removals.close()
  }

  #findPartitions(): void {
    const { fileSystem, config } = this.#options
    for (const { name, isDirectory } of fileSystem.list(this.path)) {
      if (!isDirectory || name === REMOTE_LOG_INDEX_CACHE) continue
      const parsed = parsePartitionDirectory(name)
      if (parsed === undefined) {
        throw new LogDirectoryError(`${this.path}/${name} is not a partition's directory: move it away`)
      }
      if (parsed.state === 'current') this.#unclaimed.add(name)
      else if (parsed.state === 'deleted') {
        this.#marked.set(parsed.partition, [...(this.#marked.get(parsed.partition) ?? []), name])
        this.#removals.add(`${this.path}/${name}`, true, config.long('log.segment.delete.delay.ms'))
      }
    }
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

  /** The marker promises nothing once something is written: it goes first. */
  #takeCleanShutdownMarker(): boolean {
    const { fileSystem } = this.#options
    const path = `${this.path}/${CLEAN_SHUTDOWN_FILE}`
    if (!fileSystem.exists(path)) return false
    this.#marker = fileSystem.readFile(path)
    fileSystem.removeFile(path)
    fileSystem.syncDirectory(this.path)
    return true
  }

  #putMarkerBack(): void {
    if (this.#marker === undefined) return
    const path = `${this.path}/${CLEAN_SHUTDOWN_FILE}`
    try {
      replaceFile(this.#options.fileSystem, path, this.#marker)
    } catch (error) {
      this.#options.logger.warn(`${path} could not be put back`, { reason: (error as Error).message })
    }
  }

  /** Whether the directory is there and is this topic's. */
  #claim(name: string, args: OpenLogArgs): boolean {
    if (!this.#unclaimed.delete(name)) return this.#takeBack(name, args)
    const { fileSystem, logger } = this.#options
    const path = `${this.path}/${name}`
    const metadataPath = `${path}/${PARTITION_METADATA}`
    const exists = fileSystem.exists(metadataPath)
    const topicId = exists ? parsePartitionMetadata(fileSystem.readFile(metadataPath).toString()) : undefined
    if (topicId === args.topicId) return true
    // The metadata log may come without the file. Empty content is what a power cut leaves of an unsynced one, and a
    // directory without batches has nothing to mistake.
    const isOurs = args.topic === METADATA_TOPIC || (exists && topicId === undefined) || !hasBatches(fileSystem, path)
    if (isOurs && topicId === undefined) {
      if (args.topic !== METADATA_TOPIC) logger.warn(`${metadataPath} is missing or damaged: written again`)
      this.#writePartitionMetadata(metadataPath, args.topicId)
      this.#hasUnsyncedEntries = true
      return true
    }
    const aside = this.#setAside(name, args.topic, args.partition, STRAY_DIRECTORY_SUFFIX)
    this.#formerNames.add(name)
    logger.warn(`${path} belongs to topic id ${topicId ?? 'unknown'}, not ${args.topicId}: kept as ${aside}`)
    return false
  }

  /** A power cut may take the record of a deletion and leave what it did to the directory: the topic is still there then. */
  #takeBack(name: string, args: OpenLogArgs): boolean {
    const { fileSystem, logger } = this.#options
    for (const marked of this.#marked.get(args.partition) ?? []) {
      const metadataPath = `${this.path}/${marked}/${PARTITION_METADATA}`
      if (!fileSystem.exists(metadataPath)) continue
      if (parsePartitionMetadata(fileSystem.readFile(metadataPath).toString()) !== args.topicId) continue
      logger.warn(`${this.path}/${marked} belongs to a topic whose deletion was never confirmed: taken back`)
      fileSystem.rename(`${this.path}/${marked}`, `${this.path}/${name}`)
      this.#hasUnsyncedEntries = true
      return true
    }
    return false
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
      mayHaveGaps: isMetadata || args.config.cleanupPolicy.has('compact')
    })
    if (!isMetadata) this.#tellOfLoss(name, loaded.logEndOffset)
    return loaded
  }

  #create(name: string, args: OpenLogArgs): LoadedLog {
    const { fileSystem, clock } = this.#options
    const directory = `${this.path}/${name}`
    this.#tellOfLoss(name, 0)
    if (this.#formerNames.has(name)) this.#forgetFormerNames()
    fileSystem.makeDirectory(directory)
    this.#hasUnsyncedEntries = true
    this.#writePartitionMetadata(`${directory}/${PARTITION_METADATA}`, args.topicId)
    return newLog({ handles: this.#handles, directory, clock, logStartOffset: 0 })
  }

  /** A new log must not be taken for the former one of its name: that one's start and recovery point are not its own. */
  #forgetFormerNames(): void {
    for (const path of this.#checkpoints.replaceAtOnce()) this.#unsyncedMetadata.add(path)
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
    for (const name of this.#unclaimed) {
      const [parsed, offset] = [parsePartitionDirectory(name), offsets.get(name)]
      if (parsed === undefined || offset === undefined) continue
      yield { topic: parsed.topic, partition: parsed.partition, offset }
    }
  }

  /** The partitions of a topic share one file under many names: making an inode is what creating a topic costs. */
  #writePartitionMetadata(path: string, topicId: string): void {
    const { fileSystem } = this.#options
    const last = this.#lastMetadata
    if (last?.topicId === topicId) {
      try {
        fileSystem.link(last.path, path)
        return
      } catch (error) {
        // No hard links here, too many of them, or the other partition is gone: a file of its own, then.
        this.#options.logger.debug(`${path} could not be linked`, { reason: (error as Error).message })
      }
    }
    replaceFile(fileSystem, path, formatPartitionMetadata(topicId))
    this.#lastMetadata = { path, topicId }
    this.#unsyncedMetadata.add(path)
  }

  /** Once for all partitions that were made since the last time. */
  #syncParent(): Promise<void> {
    if (this.#hasUnsyncedEntries) {
      this.#hasUnsyncedEntries = false
      this.#parentSync = this.#parentSync.catch(() => {}).then(() => this.#syncEntries())
    }
    return this.#parentSync
  }

  async #syncEntries(): Promise<void> {
    const { fileSystem } = this.#options
    const paths = [...this.#unsyncedMetadata]
    this.#unsyncedMetadata.clear()
    try {
      await Promise.all(paths.map((path) => syncFile(fileSystem, path)))
      await fileSystem.syncDirectoryAsync(this.path)
    } catch (error) {
      for (const path of paths) this.#unsyncedMetadata.add(path)
      this.#hasUnsyncedEntries = true
      throw error
    }
  }

  #setAside(name: string, topic: string, partition: number, suffix: string): string {
    const unique = this.#options.random.bytes(16).toString('hex')
    const aside = `${this.path}/${setAsideDirectoryName(topic, partition, unique, suffix)}`
    this.#options.fileSystem.rename(`${this.path}/${name}`, aside)
    return aside
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

  #every(name: string, firstMs: number, intervalMs: number, action: () => void): void {
    if (intervalMs >= LONG_MAX) return
    const arm = (delayMs: number) => {
      const timer = this.#options.clock.setTimer(delayMs, () => {
        try {
          action()
        } catch (error) {
          this.#options.logger.error(`Background work on ${this.path} failed: ${name}`, {
            reason: (error as Error).message
          })
        }
        if (this.#timers.has(name)) arm(intervalMs)
      })
      this.#timers.set(name, timer)
    }
    arm(firstMs)
  }
}

function hasBatches(fileSystem: FileSystem, path: string): boolean {
  return fileSystem.list(path).some(({ name }) => name.endsWith('.log') && fileSystem.fileSize(`${path}/${name}`) > 0)
}

async function inParallel<T>(items: readonly T[], width: number, action: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await action(items[next++])
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}
