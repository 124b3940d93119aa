// A buffer of record batches in the words of java/GoldenBatches.java, and batches from a seed.
import {
  baseSequence,
  batchSizeBytes,
  codec,
  crcIsValid,
  isControl,
  isTransactional,
  lastOffset,
  magic,
  partitionLeaderEpoch,
  producerEpoch,
  producerId
} from '../../src/records/batch-header.ts'
import type { BatchInit } from '../../src/records/build-batch.ts'
import { batches, recordsOf } from '../../src/records/iterate.ts'
import type { RecordView } from '../../src/records/record-view.ts'
import type { RandomSource } from './random-source.ts'

export function describeBatches(buffer: Buffer): string {
  let text = ''
  let end = 0
  for (const at of batches(buffer)) {
    if (!crcIsValid(buffer, at)) throw new Error(`bad CRC at ${at}`)
    text += [
      magic(buffer, at),
      codec(buffer, at),
      lastOffset(buffer, at),
      producerId(buffer, at),
      producerEpoch(buffer, at),
      baseSequence(buffer, at),
      isTransactional(buffer, at) ? 'transactional' : '-',
      isControl(buffer, at) ? 'control' : '-',
      partitionLeaderEpoch(buffer, at)
    ].join(',')
    for (const record of recordsOf(buffer, at)) text += describeRecord(record)
    end = at + batchSizeBytes(buffer, at)
  }
  if (end !== buffer.length) throw new Error(`${buffer.length - end} bytes left`)
  return text
}

function describeRecord({ offset, timestampMs, key, value, headers }: RecordView): string {
  const parts = [offset, timestampMs, hex(key), hex(value)]
  return `;${[...parts, ...headers.map((header) => `${hex(Buffer.from(header.key))}=${hex(header.value)}`)].join(',')}`
}

const hex = (bytes: Buffer | null) => (bytes === null ? 'null' : bytes.toString('hex'))

export function randomBatch(random: RandomSource, codecId: number): BatchInit {
  const isIdempotent = random.oneIn(2)
  const now = 1_700_000_000_000
  return {
    codec: codecId,
    baseOffset: random.oneIn(3) ? 0 : random.below(1_000_000),
    partitionLeaderEpoch: random.below(50),
    timestampType: random.oneIn(3) ? 'LogAppendTime' : 'CreateTime',
    ...(isIdempotent
      ? {
          producerId: random.below(10_000),
          producerEpoch: random.below(100),
          baseSequence: random.below(1_000),
          transactional: random.oneIn(2)
        }
      : {}),
    records: Array.from({ length: 1 + random.below(random.oneIn(5) ? 300 : 8) }, () => ({
      timestampMs: now + random.below(100_000) - 50_000,
      key: randomBytes(random, 40),
      value: randomBytes(random, 900),
      headers: Array.from({ length: random.below(3) }, () => ({
        key: `h-é-${random.below(9)}`,
        value: randomBytes(random, 20)
      }))
    }))
  }
}

function randomBytes(random: RandomSource, limit: number): Buffer | null {
  if (random.oneIn(6)) return null
  const symbols = 1 + random.below(256)
  return Buffer.from(Array.from({ length: random.below(limit) }, () => random.below(symbols)))
}
