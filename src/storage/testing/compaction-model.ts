// A compacted log against what was written to it: random keyed records, tombstones, idempotent producers and transactions,
// and the rules that hold whatever compaction did.

import { expect } from 'vitest'
import type { LogConfig } from '../../configs/log-config.ts'
import { isControl, producerId } from '../../records/batch-header.ts'
import { buildBatch } from '../../records/build-batch.ts'
import { buildEndTransactionMarker } from '../../records/control-record.ts'
import { batches, recordsOf } from '../../records/iterate.ts'
import type { Log } from '../log.ts'
import { type SeededRandom, TestDirectory, type TestPlace } from './test-directory.ts'

export const DELETE_RETENTION_MS = 50_000

export const compactedConfig: Partial<LogConfig> = {
  cleanupPolicy: new Set(['compact']),
  segmentBytes: 3000,
  indexIntervalBytes: 250,
  segmentIndexBytes: 600,
  deleteRetentionMs: DELETE_RETENTION_MS
}

interface Written {
  key: string
  value: string | undefined
  timestampMs: number
  isAborted: boolean
  /** When a compaction first saw it as the last of its key. */
  seenMs: number | undefined
}

interface Producer {
  id: number
  epoch: number
  sequence: number
  /** Offsets of its open transaction. */
  open: number[] | undefined
}

export class CompactionModel {
  readonly test: TestDirectory
  readonly random: SeededRandom
  log: Log
  /** What producers compress with. */
  codecs: readonly number[] = [0, 0, 0, 1, 3]
  /** By offset; markers leave gaps. */
  readonly written = new Map<number, Written>()
  /** What compaction has covered. */
  cleanTo = 0
  /** Nothing at or above was touched, also not by a run that ended before its time. */
  #touchedTo = 0
  readonly #producers: Producer[] = [1, 2, 3, 4].map((id) => ({ id, epoch: 0, sequence: 0, open: undefined }))
  readonly #config: Partial<LogConfig>

  constructor(
    place: TestPlace,
    seed: number,
    config: Partial<LogConfig> = {},
    broker: Record<string, string> = {},
    topicId?: string
  ) {
    this.test = new TestDirectory(place, broker, seed)
    if (topicId !== undefined) this.test.topicId = topicId
    this.random = this.test.random
    this.#config = { ...compactedConfig, ...config }
    this.log = this.test.open('t', this.#config)
    this.log.assignLeaderEpoch(1)
  }

  write(steps: number): void {
    for (let step = 0; step < steps; step++) {
      const choice = this.random.float()
      if (choice < 0.5) this.#append(undefined)
      else if (choice < 0.7) this.#append(this.#producers[this.random.int(2)])
      else if (choice < 0.9) this.#append(this.#producers[2 + this.random.int(2)])
      else this.#endTransaction(this.#producers[2 + this.random.int(2)])
      if (this.random.float() < 0.2) this.test.clock.advance(this.random.int(3000))
    }
  }

  /** The first two producers are idempotent, the others transactional. */
  #append(producer: Producer | undefined): void {
    const codec = this.codecs[this.random.int(this.codecs.length)]
    const nowMs = this.test.clock.nowMs()
    const records = Array.from({ length: 1 + this.random.int(5) }, () => ({
      key: `k${this.random.int(25)}`,
      value: this.random.float() < 0.2 ? undefined : `${this.random.int(1e6)}`.repeat(1 + this.random.int(8)),
      timestampMs: nowMs + this.random.int(2000)
    }))
    const isTransactional = producer !== undefined && producer.id > 2
    const batch = buildBatch({
      records: records.map(({ key, value, timestampMs }) => ({
        key: Buffer.from(key),
        value: value === undefined ? null : Buffer.from(value),
        timestampMs,
        headers: value === undefined ? [] : [{ key: 'h', value: Buffer.from(key) }]
      })),
      codec,
      producerId: producer?.id,
      producerEpoch: producer?.epoch,
      baseSequence: producer?.sequence,
      transactional: isTransactional
    })
    const { firstOffset } = this.log.append(batch, { origin: 'client' })
    if (producer !== undefined) producer.sequence += records.length
    records.forEach((record, index) => {
      const offset = firstOffset + index
      this.written.set(offset, { ...record, isAborted: false, seenMs: undefined })
      if (isTransactional) producer.open = [...(producer.open ?? []), offset]
    })
  }

  #endTransaction(producer: Producer): void {
    if (producer.open === undefined) return
    const isAborted = this.random.float() < 0.5
    const marker = buildEndTransactionMarker({
      type: isAborted ? 'ABORT' : 'COMMIT',
      producerId: producer.id,
      producerEpoch: producer.epoch,
      coordinatorEpoch: 1,
      timestampMs: this.test.clock.nowMs()
    })
    this.log.append(marker, { origin: 'coordinator' })
    for (const offset of producer.open) {
      const record = this.written.get(offset)
      if (record !== undefined) record.isAborted = isAborted
    }
    producer.open = undefined
  }

  async compact(): Promise<void> {
    this.#touchedTo = this.log.segments[this.log.segments.length - 1].baseOffset
    const result = await this.test.logs.compact('t', 0)
    if (result === undefined) return
    this.cleanTo = Math.max(this.cleanTo, result.endOffset)
    this.#touchedTo = this.cleanTo
    const last = this.#lastOfKeys(this.cleanTo)
    for (const [key, offset] of last) {
      const record = this.written.get(offset)
      if (record?.key === key) record.seenMs ??= this.test.clock.nowMs()
    }
  }

  reopen(): void {
    this.test.restart()
    this.log = this.test.open('t', this.#config)
    this.log.assignLeaderEpoch(this.log.leaderEpoch + 1)
  }

  /** The offset of the last committed record of each key, below a limit. */
  #lastOfKeys(limit: number): Map<string, number> {
    const last = new Map<string, number>()
    for (const [offset, { key, isAborted }] of this.written) if (!isAborted && offset < limit) last.set(key, offset)
    return last
  }

  /** Every record that is there, by offset, read from the start to the end in pieces. */
  readAll(): Map<number, { key: string; value: string | undefined }> {
    const found = new Map<number, { key: string; value: string | undefined }>()
    let offset = this.log.logStartOffset
    let last = -1
    while (offset < this.log.logEndOffset) {
      const { records, nextOffset } = this.log.read(offset, { maxBytes: 500, minOneBatch: true })
      if (records.length === 0) break // everything up to the end was compacted away
      for (const at of batches(records)) {
        for (const record of recordsOf(records, at)) {
          expect(record.offset).toBeGreaterThan(last)
          last = record.offset
          if (isControl(records, at)) continue
          const written = this.written.get(record.offset)
          expect(written).toBeDefined()
          expect(String(record.key)).toBe(written?.key)
          expect(record.value === null ? undefined : String(record.value)).toBe(written?.value)
          expect(record.timestampMs).toBe(written?.timestampMs)
          expect(record.headers.length).toBe(written?.value === undefined ? 0 : 1)
          expect(producerId(records, at)).toBeLessThan(5)
          found.set(record.offset, { key: String(record.key), value: written?.value })
        }
      }
      expect(nextOffset).toBeGreaterThan(offset)
      offset = nextOffset
    }
    return found
  }

  /** `isExact`: the map held every key, so nothing superseded is left in the clean part. */
  check(isExact = true): void {
    const found = this.readAll()
    const nowMs = this.test.clock.nowMs()
    for (const [key, offset] of this.#lastOfKeys(Number.POSITIVE_INFINITY)) {
      if (found.has(offset)) continue
      const record = this.written.get(offset)
      expect(record?.value, `the last record of ${key}, at ${offset}`).toBeUndefined()
      expect(record?.seenMs, `tombstone of ${key}`).toBeDefined()
      expect(nowMs - (record?.seenMs ?? nowMs)).toBeGreaterThanOrEqual(DELETE_RETENTION_MS)
    }
    // An aborted batch goes with the segment it lies in, wherever the map ended.
    for (const [offset, { isAborted }] of this.written) {
      if (offset >= this.#touchedTo && !isAborted) expect(found.has(offset)).toBe(true)
    }
    if (isExact) this.#checkClean(found)
    this.#checkTransactions(found)
    this.#checkGaps(found)
  }

  #checkClean(found: ReadonlyMap<number, unknown>): void {
    const last = this.#lastOfKeys(this.cleanTo)
    for (const offset of found.keys()) {
      if (offset >= this.cleanTo) continue
      const record = this.written.get(offset)
      expect(record?.isAborted).toBe(false)
      expect(last.get(record?.key ?? ''), `offset ${offset} of ${record?.key}`).toBe(offset)
    }
  }

  /** A read_committed reader sees no aborted record: each that is left lies in a transaction that the index knows. */
  #checkTransactions(found: ReadonlyMap<number, unknown>): void {
    const aborted = this.log.abortedBetween(this.log.logStartOffset, this.log.logEndOffset)
    for (const offset of found.keys()) {
      if (!this.written.get(offset)?.isAborted) continue
      const covers = aborted.some(({ firstOffset, lastOffset }) => firstOffset <= offset && offset < lastOffset)
      expect(covers, `aborted record at ${offset}`).toBe(true)
    }
  }

  /** A fetch inside a gap gives what comes next. */
  #checkGaps(found: ReadonlyMap<number, unknown>): void {
    const offsets = [...found.keys()]
    for (let offset = this.log.logStartOffset; offset < this.log.logEndOffset; offset += 1 + this.random.int(7)) {
      const next = offsets.find((candidate) => candidate >= offset)
      if (next === undefined) break
      const { records } = this.log.read(offset, { maxBytes: 1_000_000, minOneBatch: true })
      const first = [...batches(records)]
        .filter((at) => !isControl(records, at))
        .flatMap((at) => [...recordsOf(records, at)])
        .find((record) => record.offset >= offset)
      if (first !== undefined) expect(first.offset).toBe(next)
    }
  }
}
