// The cleaner of a log directory: compacts the dirtiest log again and again, then waits a while. One log at a time.

import type { ConfigValues } from '../configs/config-values.ts'
import type { Clock, Logger, Timer } from '../ports.ts'
import { type CompactionResult, compactLog } from './compaction.ts'
import { CleanerCheckpoint } from './compaction-checkpoint.ts'
import { type DirtyRange, dirtyRange, isDirtyEnough } from './compaction-dirty.ts'
import { CompactionPace, CompactionStoppedError } from './compaction-pace.ts'
import type { FileHandles } from './file-handles.ts'
import { partitionDirectoryName } from './file-names.ts'
import type { Log } from './log.ts'
import { isPassing } from './log-guard.ts'

const IO_BUFFER_BYTES_MIN = 4096
const MAP_BYTES_MAX = 0x7fffffff

export interface LogCleanerOptions {
  path: string
  handles: FileHandles
  clock: Clock
  logger: Logger
  config: ConfigValues
  /** Those that may be compacted: never the metadata log. */
  logs(): Iterable<Log>
}

interface Dirty {
  log: Log
  range: DirtyRange
}

export class LogCleaner {
  readonly checkpoint: CleanerCheckpoint
  readonly #options: LogCleanerOptions
  /** Damaged, or something that should not happen: trying again would not help. */
  readonly #uncleanable = new WeakSet<Log>()
  #busyWith: Log | undefined
  #timer: Timer | undefined
  #running: Promise<unknown> = Promise.resolve()
  #isStopped = false

  constructor(options: LogCleanerOptions) {
    this.#options = options
    this.checkpoint = new CleanerCheckpoint(options.handles.fileSystem, options.path, options.logger)
  }

  /** Retention must leave the segments alone that are being read. */
  isBusyWith(log: Log): boolean {
    return this.#busyWith === log
  }

  start(): void {
    if (this.#options.config.boolean('log.cleaner.enable')) this.#arm()
  }

  /** Resolves when nothing is touched any more: a run under way ends as if it had never begun. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#running.catch(() => {})
  }

  /** Compacts what may be compacted now, however little; undefined when there is nothing. */
  compact(log: Log): Promise<CompactionResult | undefined> {
    return this.#oneByOne(async () => {
      const range = this.#rangeOf(log)
      return range.cleanableBytes === 0 ? undefined : this.#clean({ log, range })
    })
  }

  #arm(): void {
    const { clock, config } = this.#options
    this.#timer = clock.setTimer(config.long('log.cleaner.backoff.ms'), () => {
      void this.#oneByOne(() => this.#cleanAll()).finally(() => {
        if (!this.#isStopped) this.#arm()
      })
    })
  }

  #oneByOne<T>(action: () => Promise<T>): Promise<T> {
    const run = this.#running.then(action, action)
    this.#running = run.catch(() => {})
    return run
  }

  /** Never rejects: what goes wrong with one log is logged. */
  async #cleanAll(): Promise<void> {
    for (;;) {
      const dirtiest = this.#isStopped ? undefined : this.#dirtiest()
      if (dirtiest === undefined || !(await this.#tryToClean(dirtiest))) break
    }
    if (!this.#isStopped) this.#removeOldSegments()
  }

  #dirtiest(): Dirty | undefined {
    let dirtiest: Dirty | undefined
    for (const log of this.#compacted()) {
      if (log.segments.length < 2 || this.#uncleanable.has(log)) continue
      try {
        const range = this.#rangeOf(log)
        if (!isDirtyEnough(range, log.config)) continue
        if (dirtiest === undefined || range.ratio > dirtiest.range.ratio) dirtiest = { log, range }
      } catch (error) {
        this.#giveUp(log, error)
      }
    }
    return dirtiest
  }

  *#compacted(): Iterable<Log> {
    for (const log of this.#options.logs()) if (log.isUsable && log.config.cleanupPolicy.has('compact')) yield log
  }

  #rangeOf(log: Log): DirtyRange {
    const checkpoint = this.checkpoint.get(nameOf(log))
    const range = dirtyRange(log, checkpoint, this.#options.clock.nowMs())
    if (range.wasReset && !log.config.cleanupPolicy.has('delete')) {
      const { logger } = this.#options
      logger.warn(`${log.directory} is not clean up to offset ${checkpoint}, which is outside of it: all is compacted`)
    }
    return range
  }

  /** false: not now, wait before the next try. */
  async #tryToClean(dirty: Dirty): Promise<boolean> {
    try {
      await this.#clean(dirty)
      return true
    } catch (error) {
      if (error instanceof CompactionStoppedError || !dirty.log.isUsable) return !this.#isStopped
      if (isPassing(error)) {
        const reason = (error as Error).message
        this.#options.logger.warn(`${dirty.log.directory} could not be compacted now`, { reason })
        return false
      }
      this.#giveUp(dirty.log, error)
      return true
    }
  }

  async #clean({ log, range }: Dirty): Promise<CompactionResult> {
    const { handles, clock, logger } = this.#options
    const pace = this.#pace(log)
    this.#busyWith = log
    try {
      const { firstDirtyOffset, firstUncleanableOffset } = range
      const nowMs = clock.nowMs()
      const input = { log, handles, logger, pace, nowMs, firstDirtyOffset, firstUncleanableOffset, ...this.#memory() }
      const result = await compactLog(input)
      await this.checkpoint.set(nameOf(log), result.endOffset)
      const { bytesBefore, bytesAfter, endOffset } = result
      logger.debug(`${log.directory} is compacted up to offset ${endOffset}`, { bytesBefore, bytesAfter })
      return result
    } finally {
      this.#busyWith = undefined
    }
  }

  #pace(log: Log): CompactionPace {
    const { clock, config } = this.#options
    const bytesPerSecond = config.double('log.cleaner.io.max.bytes.per.second')
    return new CompactionPace({ clock, bytesPerSecond, isStopped: () => this.#isStopped || !log.isUsable })
  }

  /** There is one cleaner: it has all the memory that Apache Kafka's threads share. */
  #memory() {
    const { config } = this.#options
    return {
      memoryBytes: Math.min(config.long('log.cleaner.dedupe.buffer.size'), MAP_BYTES_MAX),
      loadFactor: config.double('log.cleaner.io.buffer.load.factor'),
      bufferBytes: Math.max(IO_BUFFER_BYTES_MIN, Math.floor(config.int('log.cleaner.io.buffer.size') / 2))
    }
  }

  /** `compact,delete`: retention at the cleaner's own pace, as in Apache Kafka. */
  #removeOldSegments(): void {
    const nowMs = this.#options.clock.nowMs()
    for (const log of this.#compacted()) {
      try {
        log.runRetention(nowMs)
      } catch (error) {
        this.#options.logger.error(`Retention of ${log.directory} failed`, { reason: (error as Error).message })
      }
    }
  }

  #giveUp(log: Log, error: unknown): void {
    this.#uncleanable.add(log)
    this.#options.logger.error(`${log.directory} cannot be compacted: not tried again before the next start`, {
      reason: (error as Error).message
    })
  }
}

function nameOf(log: Log): string {
  return partitionDirectoryName(log.topic, log.partition)
}
