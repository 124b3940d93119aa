// The checkpoints of one log directory: written in the background when something changed, and once more at a clean stop.

import type { FileSystem, Logger } from '../ports.ts'
import { replaceFile, replaceFileSynced } from './atomic-file.ts'
import { HIGH_WATERMARK_CHECKPOINT, LOG_START_CHECKPOINT, RECOVERY_POINT_CHECKPOINT } from './file-names.ts'
import type { Log } from './log.ts'
import { formatOffsetCheckpoint, type PartitionOffset } from './offset-checkpoint.ts'

export type CheckpointName =
  | typeof RECOVERY_POINT_CHECKPOINT
  | typeof LOG_START_CHECKPOINT
  | typeof HIGH_WATERMARK_CHECKPOINT

const OFFSETS: Record<CheckpointName, (log: Log) => number | undefined> = {
  [RECOVERY_POINT_CHECKPOINT]: (log) => log.recoveryPoint,
  // Only those that start inside a segment: the others start at their first segment anyway.
  [LOG_START_CHECKPOINT]: (log) => (log.logStartOffset > log.segments[0].baseOffset ? log.logStartOffset : undefined),
  [HIGH_WATERMARK_CHECKPOINT]: (log) => log.logEndOffset
}

export class DirectoryCheckpoints {
  readonly #fileSystem: FileSystem
  readonly #path: string
  readonly #logger: Logger
  readonly #logs: () => Iterable<Log>
  readonly #unopened: (name: CheckpointName) => Iterable<PartitionOffset>
  readonly #written = new Map<CheckpointName, string>()
  #running: Promise<void> = Promise.resolve()
  #generation = 0

  /**
   * `logs`: those that the checkpoints name; the metadata log is in none. `unopened`: what the start read about
   * partitions that are there and not open; it stays as it is.
   */
  constructor(
    fileSystem: FileSystem,
    path: string,
    logger: Logger,
    logs: () => Iterable<Log>,
    unopened: (name: CheckpointName) => Iterable<PartitionOffset>
  ) {
    this.#fileSystem = fileSystem
    this.#path = path
    this.#logger = logger
    this.#logs = logs
    this.#unopened = unopened
  }

  /**
   * All of them, in the kernel when it returns: what they say of partitions that are gone would be
   * taken for the word about new ones of the same name. Returns the files, to be synced.
   */
  replaceAtOnce(): string[] {
    const names = Object.keys(OFFSETS) as CheckpointName[]
    // What is on its way in the background is older, and must not come after it.
    this.#generation++
    return names.map((name) => {
      const path = `${this.#path}/${name}`
      replaceFile(this.#fileSystem, path, this.#format(name))
      this.#written.delete(name)
      return path
    })
  }

  /** One after the other; a failure is logged and the next tick tries again. */
  writeInBackground(name: CheckpointName): void {
    this.#running = this.#running.then(() => this.#write(name))
  }

  /** Everything that changed since it was last written: the last act before the clean-shutdown marker. */
  async writeAll(): Promise<void> {
    await this.#running
    const names = Object.keys(OFFSETS) as CheckpointName[]
    await Promise.all(names.map((name) => this.#writeIfChanged(name)))
  }

  async #writeIfChanged(name: CheckpointName): Promise<void> {
    const path = `${this.#path}/${name}`
    const content = this.#format(name)
    const before = this.#fileSystem.exists(path) ? this.#fileSystem.readFile(path).toString() : undefined
    if (content !== before) await replaceFileSynced(this.#fileSystem, path, content)
  }

  async #write(name: CheckpointName): Promise<void> {
    const content = this.#format(name)
    if (content === this.#written.get(name)) return
    try {
      const generation = this.#generation
      const isWanted = () => generation === this.#generation
      await replaceFileSynced(this.#fileSystem, `${this.#path}/${name}`, content, isWanted)
      if (isWanted()) this.#written.set(name, content)
    } catch (error) {
      this.#logger.warn(`${this.#path}/${name} could not be written`, { reason: (error as Error).message })
    }
  }

  #format(name: CheckpointName): string {
    const entries: PartitionOffset[] = [...this.#unopened(name)]
    for (const log of this.#logs()) {
      const offset = OFFSETS[name](log)
      if (offset !== undefined) entries.push({ topic: log.topic, partition: log.partition, offset })
    }
    return formatOffsetCheckpoint(entries)
  }
}
