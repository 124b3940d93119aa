import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { crc32c } from '../../bytes/crc32c.ts'
import { Writer } from '../../bytes/writer.ts'
import { recordCodec } from '../../protocol/compile.ts'
import { offsetCommitKey, offsetCommitValue } from '../../protocol/stored/offset-commit.ts'
import { topicRecord } from '../../protocol/stored/topic-record.ts'
import { setBaseOffset } from '../../records/batch-header.ts'
import { type BatchInit, buildBatch } from '../../records/build-batch.ts'
import { buildEndTransactionMarker } from '../../records/control-record.ts'
import { dumpBatches } from './dump-batches.ts'
import { dumpOffsetIndex, dumpTimeIndex, dumpTransactionIndex } from './dump-index.ts'
import { dumpProducerSnapshot } from './dump-snapshot.ts'
import { dumpCheckpoint } from './dump-text.ts'
import { Report } from './report.ts'

const SEGMENT = '00000000000000000010'
let directory: string
let lines: Record<string, Record<string, unknown>>[]
let report: Report

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'odradek-dump-'))
  lines = []
  report = new Report(true, { write: async (data) => void lines.push(JSON.parse(String(data))) })
})

afterEach(() => rmSync(directory, { recursive: true }))

const batch = (baseOffset: number, values: string[], of: Partial<BatchInit> = {}) =>
  buildBatch({
    baseOffset,
    timestampMs: 1000 + baseOffset,
    records: values.map((value) => ({ value: Buffer.from(value) })),
    ...of
  })

function write(name: string, ...parts: Buffer[]): string {
  const path = join(directory, name)
  writeFileSync(path, Buffer.concat(parts))
  return path
}

function numbers(...fields: [bits: 16 | 32 | 64, value: number][]): Buffer {
  return Buffer.concat(
    fields.map(([bits, value]) => {
      const bytes = Buffer.alloc(bits / 8)
      if (bits === 16) bytes.writeInt16BE(value)
      else if (bits === 32) bytes.writeInt32BE(value)
      else bytes.writeBigInt64BE(BigInt(value))
      return bytes
    })
  )
}

const dump = (path: string, flags = {}) => dumpBatches(path, flags, report, { onProgress: () => undefined })
const problems = () => lines.flatMap(({ problem }) => (problem === undefined ? [] : [String(problem)]))
const entries = (kind: string) => lines.flatMap((line) => (line[kind] === undefined ? [] : [line[kind]]))

describe('batches', () => {
  it('are shown with their header fields and, when asked for, their records', async () => {
    const path = write(
      `${SEGMENT}.log`,
      batch(10, ['a', 'b'], { codec: 1, producerId: 5, producerEpoch: 1, baseSequence: 3 }),
      batch(12, ['c'])
    )
    await dump(path, { records: true })
    expect(problems()).toEqual([])
    expect(entries('batch')).toMatchObject([
      {
        baseOffset: 10,
        lastOffset: 11,
        count: 2,
        codec: 'gzip',
        producerId: 5,
        baseSequence: 3,
        lastSequence: 4,
        isValid: true
      },
      { baseOffset: 12, lastOffset: 12, codec: 'none', maxTimestamp: 1012, isValid: true }
    ])
    expect(entries('record').map(({ offset, value }) => `${offset}${value}`)).toEqual(['10a', '11b', '12c'])
  })

  it('with a wrong CRC, out of order, or torn are problems', async () => {
    const damaged = batch(12, ['c'])
    damaged[damaged.length - 1] ^= 1
    const path = write(
      `${SEGMENT}.log`,
      batch(10, ['a', 'b']),
      damaged,
      batch(12, ['d']),
      batch(13, ['e']).subarray(0, 50)
    )
    await dump(path)
    expect(problems()).toEqual([
      expect.stringContaining('has a wrong CRC'),
      expect.stringContaining('begins at offset 12, the one before ends at 12'),
      expect.stringContaining('50 bytes from position')
    ])
    expect(report.problems).toBe(3)
  })

  it('end where preallocated space begins', async () => {
    await dump(write(`${SEGMENT}.log`, batch(10, ['a']), Buffer.alloc(5000)))
    expect(problems()).toEqual([])
    expect(entries('note')).toEqual([expect.stringContaining('5000 zero bytes')])
  })

  it('larger than the window are read whole', async () => {
    const path = write(`${SEGMENT}.log`, batch(10, ['x'.repeat(3_000_000)]), batch(11, ['y']))
    await dump(path)
    expect(problems()).toEqual([])
    expect(entries('batch')).toMatchObject([
      { lastOffset: 10, isValid: true },
      { lastOffset: 11, isValid: true }
    ])
  })

  it('of internal topics are decoded by their schemas', async () => {
    mkdirSync(join(directory, '__consumer_offsets-3'))
    mkdirSync(join(directory, '__cluster_metadata-0'))
    const key = new Writer()
    key.int16(1)
    recordCodec(offsetCommitKey, 0).encode(key, { group: 'g', topic: 't', partition: 2 })
    const value = new Writer()
    value.int16(3)
    recordCodec(offsetCommitValue, 3).encode(value, { offset: 42 })
    const records = [
      { key: key.toBuffer(), value: value.toBuffer() },
      { key: key.toBuffer(), value: null }
    ]
    await dump(write('__consumer_offsets-3/00000000000000000000.log', buildBatch({ records })), { records: true })
    const metadata = new Writer()
    for (const varint of [1, 2, 0]) metadata.unsignedVarint(varint)
    recordCodec(topicRecord, 0).encode(metadata, { name: 'orders', topicId: 'AAAAAAAAAAAAAAAAAAAAQQ' })
    const metadataBatch = buildBatch({ records: [{ value: metadata.toBuffer() }] })
    await dump(write('__cluster_metadata-0/00000000000000000000.log', metadataBatch), { records: true })
    expect(problems()).toEqual([])
    expect(entries('record')).toMatchObject([
      { type: 'OffsetCommit', version: 3, key: { group: 'g', topic: 't', partition: 2 }, value: { offset: 42 } },
      { type: 'OffsetCommit', value: null },
      { type: 'TopicRecord', version: 0, value: { name: 'orders' } }
    ])
  })
})

describe('indexes', () => {
  let positions: number[]

  beforeEach(() => {
    const batches = [batch(10, ['a', 'b']), batch(12, ['c']), batch(13, ['d', 'e'])]
    positions = [0, batches[0].length, batches[0].length + batches[1].length]
    write(`${SEGMENT}.log`, ...batches)
  })

  it('that match their log are no problem, zeros behind the last entry included', async () => {
    const index = numbers([32, 2], [32, positions[1]], [32, 4], [32, positions[2]])
    await dumpOffsetIndex(write(`${SEGMENT}.index`, index, Buffer.alloc(800)), report)
    const times = numbers([64, 1010], [32, 1], [64, 1013], [32, 4])
    await dumpTimeIndex(write(`${SEGMENT}.timeindex`, times, Buffer.alloc(1200)), report)
    expect(problems()).toEqual([])
    expect(entries('index')).toEqual([
      { offset: 12, position: positions[1] },
      { offset: 14, position: positions[2] }
    ])
    expect(entries('timeindex')).toEqual([
      { timestamp: 1010, offset: 11 },
      { timestamp: 1013, offset: 14 }
    ])
  })

  it('that do not match are problems', async () => {
    const index = numbers([32, 3], [32, positions[1]], [32, 2], [32, positions[1] + 1], [32, 4])
    await dumpOffsetIndex(write(`${SEGMENT}.index`, index), report)
    expect(problems()).toEqual([
      expect.stringContaining('not a multiple of 8'),
      expect.stringContaining('ends at offset 12, not 13'),
      expect.stringContaining('does not come after 13'),
      expect.stringContaining('no batch begins at position')
    ])
    lines = []
    await dumpTimeIndex(write(`${SEGMENT}.timeindex`, numbers([64, 5000], [32, 1], [64, 5001], [32, 9])), report)
    expect(problems()).toEqual([
      expect.stringContaining('timestamps up to 1010'),
      expect.stringContaining('behind the end')
    ])
  })

  it('of aborted transactions are compared with the markers', async () => {
    const marker = buildEndTransactionMarker({
      type: 'ABORT',
      producerId: 7,
      producerEpoch: 0,
      coordinatorEpoch: 0,
      timestampMs: 0
    })
    setBaseOffset(marker, 0, 12)
    write(`${SEGMENT}.log`, batch(10, ['a', 'b'], { producerId: 7, producerEpoch: 0, transactional: true }), marker)
    const entry = (producerId: number) => numbers([16, 0], [64, producerId], [64, 10], [64, 12], [64, 13])
    await dumpTransactionIndex(write(`${SEGMENT}.txnindex`, entry(7)), report)
    expect(problems()).toEqual([])
    await dumpTransactionIndex(write(`${SEGMENT}.txnindex`, entry(8)), report)
    expect(problems()).toEqual([expect.stringContaining('no marker of producer 8 at offset 12')])
  })

  it('without a log beside them are shown unchecked', async () => {
    await dumpOffsetIndex(write('00000000000000000099.index', numbers([32, 3], [32, 77])), report)
    expect(problems()).toEqual([])
    expect(entries('index')).toEqual([{ offset: 102, position: 77 }])
  })
})

describe('snapshots and checkpoints', () => {
  const snapshot = () => {
    const body = numbers([32, 1], [64, 9], [16, 2], [32, 5], [64, 40], [32, 1], [64, 1000], [32, -1], [64, -1])
    const head = Buffer.alloc(6)
    head.writeInt16BE(1, 0)
    head.writeUInt32BE(crc32c(body), 2)
    return Buffer.concat([head, body])
  }

  it('show the producers of a snapshot and check its CRC', async () => {
    const path = write('00000000000000000041.snapshot', snapshot())
    await dumpProducerSnapshot(path, report)
    expect(problems()).toEqual([])
    expect(entries('producer')).toMatchObject([{ producerId: 9, producerEpoch: 2, lastSequence: 5, lastOffset: 40 }])
    const damaged = readFileSync(path)
    damaged[20] ^= 1
    await dumpProducerSnapshot(write('00000000000000000041.snapshot', damaged), report)
    expect(problems()).toEqual(['its CRC is wrong'])
  })

  it('read the empty snapshot that Kafka writes', async () => {
    await dumpProducerSnapshot(
      write('00000000000000000000.snapshot', Buffer.from('000148674bc700000000', 'hex')),
      report
    )
    expect(problems()).toEqual([])
  })

  it('check what a checkpoint promises', async () => {
    await dumpCheckpoint(
      write('leader-epoch-checkpoint', Buffer.from('0\n2\n0 0\n1 57\n')),
      ['epoch', 'startOffset'],
      report
    )
    expect(problems()).toEqual([])
    expect(entries('entry')).toEqual([
      { epoch: 0, startOffset: 0 },
      { epoch: 1, startOffset: 57 }
    ])
    await dumpCheckpoint(
      write('leader-epoch-checkpoint', Buffer.from('1\n3\n0 x\n1\n')),
      ['epoch', 'startOffset'],
      report
    )
    expect(problems()).toHaveLength(4)
    await dumpCheckpoint(
      write('recovery-point-offset-checkpoint', Buffer.alloc(0)),
      ['topic', 'partition', 'offset'],
      report
    )
    expect(problems()).toHaveLength(4)
  })
})
