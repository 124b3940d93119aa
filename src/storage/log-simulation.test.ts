// A log on a disk that loses power, against a model: random appends, flushes, rolls, deletions and restarts from a seed.
// What was acknowledged survives the death of the process, what was flushed survives a power cut, and whatever is there
// after either is exactly what was written at that offset.
import { expect, test } from 'vitest'
import { buildBatch } from '../records/build-batch.ts'
import { allRecords } from '../records/iterate.ts'
import { MemoryFileSystem } from './file-system-memory.ts'
import type { Log } from './log.ts'
import { SeededRandom, TestDirectory } from './testing/test-directory.ts'

const SEEDS = Number(process.env.ODRADEK_SIMULATION_SEEDS ?? 150)
const FIRST_SEED = Number(process.env.ODRADEK_SIMULATION_SEED ?? 1)
const STEPS = 60

const overrides = { segmentBytes: 4000, indexIntervalBytes: 300, segmentIndexBytes: 120 }

class Simulation {
  readonly random: SeededRandom
  readonly fileSystem: MemoryFileSystem
  readonly test: TestDirectory
  log: Log
  /** The value at each offset. */
  model: string[] = []
  /** Everything below was confirmed to be on the disk. */
  flushedTo = 0
  /** Where the log may start at least and at most: a raised start is not durable at once. */
  startAtMost = 0
  sequence = 0

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.fileSystem = new MemoryFileSystem({ random: this.random })
    this.test = new TestDirectory({ fileSystem: this.fileSystem, root: '/data' }, {}, seed)
    this.log = this.test.open('t', overrides)
    this.log.assignLeaderEpoch(1)
  }

  async step(): Promise<void> {
    const choice = this.random.float()
    if (choice < 0.6) this.append()
    else if (choice < 0.7) this.readSomewhere()
    else if (choice < 0.78) await this.flush()
    else if (choice < 0.82) this.log.deleteRecordsBefore(this.random.int(this.log.logEndOffset + 1))
    else if (choice < 0.86) this.log.runRetention(this.test.clock.nowMs())
    else if (choice < 0.88) await this.wait()
    else if (choice < 0.9) this.fillDisk()
    else if (choice < 0.92) await this.failDisk()
    else if (choice < 0.94) await this.stop()
    else if (choice < 0.96) this.kill()
    else this.crash()
    this.startAtMost = Math.max(this.startAtMost, this.log.logStartOffset)
  }

  /** No room for a batch: the producer hears of it, the log goes on when there is room again. */
  fillDisk(): void {
    this.fileSystem.freeBytes = this.random.int(300)
    const before = this.log.logEndOffset
    try {
      this.append()
    } catch (error) {
      expect(error).toMatchObject({ errorName: 'KAFKA_STORAGE_ERROR' })
      expect(this.log.logEndOffset).toBe(before)
    }
    this.fileSystem.freeBytes = Number.POSITIVE_INFINITY
    if (this.log.isFailed) this.kill() // where a roll needed the room
    this.append()
  }

  /** The partition is offline until the next start, and nothing that was acknowledged is lost. */
  async failDisk(): Promise<void> {
    const operation = this.random.float() < 0.5 ? 'write' : 'sync'
    this.append()
    this.fileSystem.fault = (what, path) =>
      what === operation && path.endsWith('.log') ? Object.assign(new Error('broken'), { code: 'EIO' }) : undefined
    if (operation === 'write') expect(() => this.append()).toThrow(/offline/)
    else await expect(this.log.flush()).rejects.toThrow()
    expect(() => this.append()).toThrow(/offline/)
    expect(() => this.readSomewhere()).toThrow(/offline/)
    this.fileSystem.fault = undefined
    if (this.random.float() < 0.5) this.kill()
    else this.crash()
  }

  append(): void {
    const count = 1 + this.random.int(6)
    const texts = Array.from({ length: count }, () =>
      `${this.model.length + this.sequence++}`.repeat(1 + this.random.int(40))
    )
    const batch = buildBatch({
      records: texts.map((text) => ({ value: Buffer.from(text) })),
      timestampMs: this.test.clock.nowMs() + this.random.int(1000)
    })
    const result = this.log.append(batch, { origin: 'client' })
    expect(result.firstOffset).toBe(this.model.length)
    this.model.push(...texts)
  }

  async flush(): Promise<void> {
    const end = this.log.logEndOffset
    const flushed = this.log.flush()
    if (this.random.float() < 0.5) this.append() // while the sync runs
    await flushed
    this.flushedTo = Math.max(this.flushedTo, end)
  }

  /** Long enough for background checkpoints and delayed removals. */
  async wait(): Promise<void> {
    this.test.clock.advance(90_000)
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.test.stop()
    this.flushedTo = this.model.length
    this.reopen(this.model.length)
  }

  kill(): void {
    this.fileSystem.kill()
    this.reopen(this.model.length)
  }

  crash(): void {
    this.fileSystem.crash()
    this.reopen(this.flushedTo)
  }

  reopen(endAtLeast: number): void {
    this.test.restart()
    this.test.logs.start()
    this.log = this.test.open('t', overrides)
    expect(this.log.logEndOffset).toBeGreaterThanOrEqual(Math.max(endAtLeast, this.flushedTo))
    expect(this.log.logEndOffset).toBeLessThanOrEqual(this.model.length)
    expect(this.log.logStartOffset).toBeLessThanOrEqual(this.startAtMost)
    this.model.length = this.log.logEndOffset
    this.log.assignLeaderEpoch(this.log.leaderEpoch + 1)
    this.readAll()
  }

  readAll(): void {
    for (let offset = this.log.logStartOffset; offset < this.log.logEndOffset; ) offset = this.check(offset)
  }

  readSomewhere(): void {
    const { logStartOffset, logEndOffset } = this.log
    this.check(logStartOffset + this.random.int(logEndOffset - logStartOffset + 1))
  }

  check(offset: number): number {
    const { records, nextOffset } = this.log.read(offset, { maxBytes: this.random.int(3000), minOneBatch: true })
    let expected = -1
    for (const record of allRecords(records)) {
      if (expected < 0) expect(record.offset).toBeLessThanOrEqual(offset)
      else expect(record.offset).toBe(expected)
      expect(String(record.value)).toBe(this.model[record.offset])
      expected = record.offset + 1
    }
    expect(nextOffset).toBe(offset === this.log.logEndOffset ? offset : expected)
    expect(nextOffset).toBeGreaterThanOrEqual(Math.min(offset + 1, this.log.logEndOffset))
    return nextOffset
  }
}

test(`nothing is lost that must not be (${SEEDS} seeds from ${FIRST_SEED})`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const simulation = new Simulation(seed)
    try {
      for (let step = 0; step < STEPS; step++) await simulation.step()
      simulation.readAll()
    } catch (error) {
      throw new Error(`seed ${seed}: ODRADEK_SIMULATION_SEED=${seed} ODRADEK_SIMULATION_SEEDS=1`, { cause: error })
    }
  }
}, 120_000)
