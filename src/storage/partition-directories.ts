// The partition directories in a log directory: found at the start, claimed by the topic whose id they carry, made, set
// aside under another name, and brought to the disk together.

import type { FileSystem, Logger, Random } from '../ports.ts'
import { replaceFile, syncFile } from './atomic-file.ts'
import { LogDirectoryError } from './directory-identity.ts'
import {
  DELETE_DIRECTORY_SUFFIX,
  PARTITION_METADATA,
  parsePartitionDirectory,
  partitionDirectoryName,
  REMOTE_LOG_INDEX_CACHE,
  STRAY_DIRECTORY_SUFFIX,
  setAsideDirectoryName
} from './file-names.ts'
import { formatPartitionMetadata, parsePartitionMetadata } from './partition-metadata.ts'
import type { RemovalQueue } from './removal-queue.ts'

/**
 * Always read again as after an unclean stop, and in none of the checkpoints, as Apache Kafka does. Its directory may come
 * without a topic id, and is never a stray.
 */
export const METADATA_TOPIC = '__cluster_metadata'

export interface TopicPartition {
  topic: string
  partition: number
}

export interface PartitionDirectoriesOptions {
  path: string
  fileSystem: FileSystem
  random: Random
  logger: Logger
  removals: RemovalQueue
  /** Before directories go that the last life had marked for removal. */
  removalDelayMs: number
}

export class PartitionDirectories {
  readonly #options: PartitionDirectoriesOptions
  /** Found at the start, and no log was opened for them yet. */
  readonly #unclaimed = new Set<string>()
  /** Marked for removal in the last life, by partition: see #takeBack. */
  readonly #marked = new Map<number, string[]>()
  #lastMetadata: { path: string; topicId: string } | undefined
  /** Partition metadata that was written and not synced: each the one file of all its topic's partitions. */
  readonly #unsynced = new Set<string>()
  #hasUnsyncedEntries = false
  #parentSync: Promise<void> = Promise.resolve()

  /** Throws LogDirectoryError for a directory that can be none. */
  constructor(options: PartitionDirectoriesOptions) {
    this.#options = options
    for (const { name, isDirectory } of options.fileSystem.list(options.path)) {
      if (isDirectory && name !== REMOTE_LOG_INDEX_CACHE) this.#found(name)
    }
  }

  #found(name: string): void {
    const { path, removals, removalDelayMs } = this.#options
    const parsed = parsePartitionDirectory(name)
    if (parsed === undefined)
      throw new LogDirectoryError(`${path}/${name} is not a partition's directory: move it away`)
    if (parsed.state === 'current') this.#unclaimed.add(name)
    else if (parsed.state === 'deleted') {
      this.#marked.set(parsed.partition, [...(this.#marked.get(parsed.partition) ?? []), name])
      removals.add(`${path}/${name}`, true, removalDelayMs)
    }
  }

  /** Names of those that no log was opened for yet. */
  get unclaimed(): ReadonlySet<string> {
    return this.#unclaimed
  }

  /** Whether there are batches in an unclaimed one. */
  hasRecords(): boolean {
    const isPartition = (name: string) => parsePartitionDirectory(name)?.topic !== METADATA_TOPIC
    return [...this.#unclaimed].some((name) => isPartition(name) && this.#holdsBatches(name))
  }

  /**
   * 'ours': the partition's directory is there and is this topic's. 'absent': there is none. 'freed': there was another
   * topic's of the same name, which is set aside now.
   */
  claim({ topic, partition }: TopicPartition, topicId: string): 'ours' | 'absent' | 'freed' {
    const name = partitionDirectoryName(topic, partition)
    if (!this.#unclaimed.delete(name)) return this.#takeBack(name, partition, topicId) ? 'ours' : 'absent'
    const { path, fileSystem, logger } = this.#options
    const metadataPath = `${path}/${name}/${PARTITION_METADATA}`
    const exists = fileSystem.exists(metadataPath)
    const foundId = exists ? parsePartitionMetadata(fileSystem.readFile(metadataPath).toString()) : undefined
    if (foundId === topicId) return 'ours'
    // The metadata log may come without the file. Empty content is what a power cut leaves of an unsynced one, and a
    // directory without batches has nothing to mistake.
    const isMetadata = topic === METADATA_TOPIC
    if (foundId === undefined && (isMetadata || exists || !this.#holdsBatches(name))) {
      if (!isMetadata) logger.warn(`${metadataPath} is missing or damaged: written again`)
      this.#writeMetadata(metadataPath, topicId)
      this.#hasUnsyncedEntries = true
      return 'ours'
    }
    const aside = this.setAside({ topic, partition }, STRAY_DIRECTORY_SUFFIX)
    logger.warn(`${path}/${name} belongs to topic id ${foundId ?? 'unknown'}, not ${topicId}: kept as ${aside}`)
    return 'freed'
  }

  /** A power cut may take the record of a deletion and leave what it did to the directory: the topic is still there then. */
  #takeBack(name: string, partition: number, topicId: string): boolean {
    const { path, fileSystem, logger } = this.#options
    for (const marked of this.#marked.get(partition) ?? []) {
      const metadataPath = `${path}/${marked}/${PARTITION_METADATA}`
      if (!fileSystem.exists(metadataPath)) continue
      if (parsePartitionMetadata(fileSystem.readFile(metadataPath).toString()) !== topicId) continue
      logger.warn(`${path}/${marked} belongs to a topic whose deletion was never confirmed: taken back`)
      fileSystem.rename(`${path}/${marked}`, `${path}/${name}`)
      this.#hasUnsyncedEntries = true
      return true
    }
    return false
  }

  /** What was claimed could not be opened: the next try must not take it for a new one. */
  giveBack(name: string): void {
    if (this.#options.fileSystem.exists(`${this.#options.path}/${name}`)) this.#unclaimed.add(name)
  }

  /** With its topic id; the files of the log come with the first append. */
  create({ topic, partition }: TopicPartition, topicId: string): void {
    const directory = `${this.#options.path}/${partitionDirectoryName(topic, partition)}`
    this.#options.fileSystem.makeDirectory(directory)
    this.#hasUnsyncedEntries = true
    this.#writeMetadata(`${directory}/${PARTITION_METADATA}`, topicId)
  }

  /** The partitions of a topic share one file under many names: making an inode is what creating a topic costs. */
  #writeMetadata(path: string, topicId: string): void {
    const { fileSystem, logger } = this.#options
    const last = this.#lastMetadata
    if (last?.topicId === topicId) {
      try {
        fileSystem.link(last.path, path)
        return
      } catch (error) {
        // No hard links here, too many of them, or the other partition is gone: a file of its own, then.
        logger.debug(`${path} could not be linked`, { reason: (error as Error).message })
      }
    }
    replaceFile(fileSystem, path, formatPartitionMetadata(topicId))
    this.#lastMetadata = { path, topicId }
    this.#unsynced.add(path)
  }

  /** Frees the partition's name; returns the new path. */
  setAside({ topic, partition }: TopicPartition, suffix: string): string {
    const { path, fileSystem, random } = this.#options
    const aside = `${path}/${setAsideDirectoryName(topic, partition, random.bytes(16).toString('hex'), suffix)}`
    fileSystem.rename(`${path}/${partitionDirectoryName(topic, partition)}`, aside)
    return aside
  }

  /**
   * Directories of partitions that the cluster does not have keep their data under a `-stray` name; empty ones, of a
   * creation that a crash undid, go.
   */
  setAsideStrays(isKnown: (topic: string, partition: number) => boolean): void {
    const { path, logger, removals } = this.#options
    for (const name of this.#unclaimed) {
      const parsed = parsePartitionDirectory(name)
      if (parsed === undefined || parsed.topic === METADATA_TOPIC || isKnown(parsed.topic, parsed.partition)) continue
      this.#unclaimed.delete(name)
      const isEmpty = !this.#holdsBatches(name)
      const aside = this.setAside(parsed, isEmpty ? DELETE_DIRECTORY_SUFFIX : STRAY_DIRECTORY_SUFFIX)
      if (isEmpty) removals.add(aside, true, 0)
      else logger.warn(`${path}/${name} belongs to no topic of this cluster: kept as ${aside}`)
    }
  }

  /** A file that has to be on the disk when the directories are. */
  syncToo(path: string): void {
    this.#unsynced.add(path)
    this.#hasUnsyncedEntries = true
  }

  /** Once for all partitions that were made since the last time. */
  sync(): Promise<void> {
    if (this.#hasUnsyncedEntries) {
      this.#hasUnsyncedEntries = false
      this.#parentSync = this.#parentSync.catch(() => {}).then(() => this.#syncEntries())
    }
    return this.#parentSync
  }

  async #syncEntries(): Promise<void> {
    const { path, fileSystem } = this.#options
    const paths = [...this.#unsynced]
    this.#unsynced.clear()
    try {
      await Promise.all(paths.map((unsynced) => syncFile(fileSystem, unsynced)))
      await fileSystem.syncDirectoryAsync(path)
    } catch (error) {
      for (const unsynced of paths) this.#unsynced.add(unsynced)
      this.#hasUnsyncedEntries = true
      throw error
    }
  }

  #holdsBatches(name: string): boolean {
    const { path, fileSystem } = this.#options
    const isFilled = (file: string) => file.endsWith('.log') && fileSystem.fileSize(`${path}/${name}/${file}`) > 0
    return fileSystem.list(`${path}/${name}`).some((entry) => isFilled(entry.name))
  }
}
