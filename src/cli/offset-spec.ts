// Where to start, as users write it: `start`, `end`, an offset, `+n` (behind the start), `-n` (before the end),
// `@time`. Resolved per partition.
import type { Client } from '../client/client.ts'
import { UsageError } from '../client/errors.ts'
import { resultsOf, type TopicPartition } from '../client/leaders.ts'
import { EARLIEST_TIMESTAMP, type IsolationLevel, LATEST_TIMESTAMP, offsetsFor } from '../client/list-offsets.ts'
import { parseTime } from './time-spec.ts'

export type OffsetSpec =
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'offset'; readonly count: number }
  | { readonly kind: 'fromStart'; readonly count: number }
  | { readonly kind: 'fromEnd'; readonly count: number }
  | { readonly kind: 'time'; readonly timestampMs: number }

export function parseOffset(text: string, nowMs: number): OffsetSpec {
  if (text === 'start' || text === 'earliest' || text === 'beginning') return { kind: 'start' }
  if (text === 'end' || text === 'latest') return { kind: 'end' }
  if (text.startsWith('@')) return { kind: 'time', timestampMs: parseTime(text.slice(1), nowMs) }
  const number = /^([+-]?)(\d+)$/.exec(text)
  if (number === null) throw new UsageError(`bad offset '${text}': want start, end, N, +N, -N or @TIME`)
  const count = Number(number[2])
  if (number[1] === '+') return { kind: 'fromStart', count }
  return number[1] === '-' ? { kind: 'fromEnd', count } : { kind: 'offset', count }
}

export interface OffsetRange extends TopicPartition {
  readonly startOffset: number
  readonly endOffset: number
}

export async function offsetRanges(
  client: Client,
  partitions: readonly TopicPartition[],
  isolation?: IsolationLevel
): Promise<OffsetRange[]> {
  const query = async (timestampMs: number) => {
    const queries = partitions.map(({ topic, partition }) => ({ topic, partition, timestampMs }))
    return resultsOf(await offsetsFor(client, queries, isolation))
  }
  const [starts, ends] = await Promise.all([query(EARLIEST_TIMESTAMP), query(LATEST_TIMESTAMP)])
  return partitions.map(({ topic, partition }, index) => ({
    topic,
    partition,
    startOffset: starts[index].offset,
    endOffset: ends[index].offset
  }))
}

/** An offset for each range; kept inside it, except an absolute offset, which is meant as it stands. */
export async function resolveOffsets(
  client: Client,
  ranges: readonly OffsetRange[],
  spec: OffsetSpec
): Promise<number[]> {
  if (spec.kind === 'time') return offsetsAtTime(client, ranges, spec.timestampMs)
  return ranges.map(({ startOffset, endOffset }) => {
    if (spec.kind === 'start') return startOffset
    if (spec.kind === 'end') return endOffset
    if (spec.kind === 'fromStart') return Math.min(startOffset + spec.count, endOffset)
    return spec.kind === 'fromEnd' ? Math.max(endOffset - spec.count, startOffset) : spec.count
  })
}

/** The first record at or after the time; the end of the partition when there is none. */
async function offsetsAtTime(client: Client, ranges: readonly OffsetRange[], timestampMs: number): Promise<number[]> {
  const queries = ranges.map(({ topic, partition }) => ({ topic, partition, timestampMs }))
  const found = resultsOf(await offsetsFor(client, queries))
  return found.map(({ offset }, index) => (offset < 0 ? ranges[index].endOffset : offset))
}
