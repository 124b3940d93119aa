// The records that every client writes and every client must read back unchanged.
import type { Codec, DriverRecord } from './driver.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
/** An hour ago, on a full second: older records than retention.ms may be deleted while a test still reads. */
export const firstTimestamp = Math.floor(Date.now() / 1000) * 1000 - 3_600_000

/** Keys, no keys, tombstones, empty and large values, headers, explicit timestamps, over three partitions. */
export function sampleRecords(producer: string, codec: Codec, count = 30): DriverRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    partition: index % 3,
    key: index % 5 === 4 ? null : base64(`${producer}-${codec}-${index}`),
    value: index % 10 === 6 ? null : base64(index % 10 === 7 ? 'x'.repeat(20_000) : `value ${index} é✓`),
    headers:
      index % 4 === 0
        ? [
            ['trace', base64(`id-${index}`)],
            ['codec', base64(codec)]
          ]
        : [],
    timestamp: firstTimestamp + index * 1000
  }))
}

/** What must come back: everything but the offset, in the order of each partition. */
export function byPartition(records: readonly DriverRecord[]): Map<number, Omit<DriverRecord, 'offset'>[]> {
  const partitions = new Map<number, Omit<DriverRecord, 'offset'>[]>()
  for (const { offset: _, ...record } of records) {
    const partition = record.partition as number
    partitions.set(partition, [...(partitions.get(partition) ?? []), record])
  }
  return partitions
}

export const keyed = (name: string, from: number, count: number, spreadOver: number): DriverRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    partition: (from + index) % spreadOver,
    key: base64(`${name}-${from + index}`),
    value: base64(`payload ${from + index}`),
    headers: [],
    timestamp: firstTimestamp + index
  }))
