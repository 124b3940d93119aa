// What the storage tests share: a log directory on any file system that can be stopped, killed and opened again, clocks
// and random sources that repeat themselves, and the records tests write.

import { ConfigValues } from '../../configs/config-values.ts'
import { type LogConfig, logConfig } from '../../configs/log-config.ts'
import type { Clock, FileSystem, Logger, Random, Timer } from '../../ports.ts'
import { buildBatch } from '../../records/build-batch.ts'
import type { Log } from '../log.ts'
import { LogDirectory } from '../log-directory.ts'
import { ProcessView } from './process-view.ts'

/** Time that stands until it is moved. */
export class ManualClock implements Clock {
  #nowMs = 1_700_000_000_000
  readonly #startMs = this.#nowMs
  #timers: { dueMs: number; callback: () => void }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { dueMs: this.#nowMs + delayMs, callback }
    this.#timers.push(timer)
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer)
      }
    }
  }

  /** Runs what becomes due on the way, in order. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs
    for (;;) {
      const due = this.#timers.filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.#nowMs = Math.max(this.#nowMs, due.dueMs)
      due.callback()
    }
    this.#nowMs = endMs
  }
}

/** mulberry32: the same numbers for the same seed. */
export class SeededRandom implements Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  float(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  int(below: number): number {
    return Math.floor(this.float() * below)
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.int(256)))
  }
}

export class RecordingLogger implements Logger {
  readonly lines: string[] = []
  debug(): void {}
  info(message: string): void {
    this.lines.push(message)
  }
  warn(message: string): void {
    this.lines.push(message)
  }
  error(message: string): void {
    this.lines.push(message)
  }
}

export const topicId = 'ZeH1_9GTRviDp8UwUJTcOQ'

export interface TestPlace {
  fileSystem: FileSystem
  root: string
}

export class TestDirectory {
  readonly clock = new ManualClock()
  readonly random: SeededRandom
  readonly logger = new RecordingLogger()
  readonly config: ConfigValues
  readonly fileSystem: FileSystem
  readonly root: string
  logs: LogDirectory
  /** Of all topics. */
  topicId = topicId
  #process: ProcessView | undefined

  constructor(place: TestPlace, brokerConfig: Record<string, string> = {}, seed = 1) {
    this.fileSystem = place.fileSystem
    this.root = place.root
    this.random = new SeededRandom(seed)
    this.config = new ConfigValues(Object.entries(brokerConfig).map(([name, value]) => [name, value, 'file'] as const))
    this.logs = this.#openDirectory()
  }

  open(topic: string, overrides: Partial<LogConfig> = {}, partition = 0): Log {
    const config = { ...logConfig(this.config, new Map()), ...overrides }
    return this.logs.openLog({ topic, partition, topicId: this.topicId, config })
  }

  /** Cleanly. */
  async stop(): Promise<void> {
    await this.logs.close(7)
  }

  /** Opens the directory again, after `stop`, or as after the death of the process. */
  restart(): this {
    this.logs.release()
    this.#process?.die()
    this.logs = this.#openDirectory()
    return this
  }

  #openDirectory(): LogDirectory {
    const { root, clock, random, logger, config } = this
    const fileSystem = new ProcessView(this.fileSystem)
    this.#process = fileSystem
    return LogDirectory.open({ path: root, fileSystem, clock, random, logger, config, nodeId: 1 })
  }
}

/** A batch of one record for each value, without keys. */
export function values(...texts: string[]): Buffer {
  return buildBatch({ records: texts.map((text) => ({ value: Buffer.from(text) })) })
}
