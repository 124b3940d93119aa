// Records for one partition on their way, and whoever waits for each of them.
import type { RecordInit } from '../records/build-batch.ts'
import type { Appended } from './produce.ts'

export interface Delivery {
  readonly topic: string
  readonly partition: number
  /** -1 when the broker did not say: acks 0, or a duplicate too old to remember. */
  readonly offset: number
  readonly timestampMs: number
}

interface Settler {
  resolve(delivery: Delivery): void
  reject(error: Error): void
}

// Varint fields of a record, generously.
const RECORD_OVERHEAD_BYTES = 21

export class ProducerBatch {
  readonly topic: string
  readonly partition: number
  readonly createdMs: number
  readonly records: RecordInit[] = []
  sizeBytes = 0
  /** Set at the first attempt and kept: a retry must be the same bytes with the same sequence. */
  encoded: Buffer | undefined
  readonly #settlers: Settler[] = []

  constructor(topic: string, partition: number, createdMs: number) {
    this.topic = topic
    this.partition = partition
    this.createdMs = createdMs
  }

  add(record: RecordInit): Promise<Delivery> {
    this.records.push(record)
    this.sizeBytes += recordBytes(record)
    return new Promise((resolve, reject) => {
      this.#settlers.push({ resolve, reject })
    })
  }

  succeed({ baseOffset, logAppendTimeMs }: Appended): void {
    const { topic, partition, records } = this
    this.#settlers.forEach(({ resolve }, index) => {
      const timestampMs = logAppendTimeMs >= 0 ? logAppendTimeMs : (records[index]!.timestampMs ?? -1)
      resolve({ topic, partition, offset: baseOffset < 0 ? -1 : baseOffset + index, timestampMs })
    })
  }

  fail(error: Error): void {
    for (const { reject } of this.#settlers) reject(error)
  }
}

export function recordBytes({ key, value, headers }: RecordInit): number {
  let size = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headers ?? []) size += Buffer.byteLength(header.key) + (header.value?.length ?? 0) + 4
  return size
}
