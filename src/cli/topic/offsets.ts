import { resultsOf } from '../../client/leaders.ts'
import { MAX_TIMESTAMP, offsetsFor } from '../../client/list-offsets.ts'
import { systemClock } from '../../system/clock.ts'
import { type ReaderFlags, withClient } from '../client-options.ts'
import { offsetRanges } from '../offset-spec.ts'
import { stdout, writeJson } from '../output.ts'
import { parseTopicSelection, selectPartitions } from '../partition-spec.ts'
import { formatTable } from '../table.ts'
import { parseTime } from '../time-spec.ts'

interface OffsetsFlags extends ReaderFlags {
  readonly at?: string
}

export async function topicOffsets(names: readonly string[], flags: OffsetsFlags): Promise<void> {
  const timestampMs = flags.at === undefined ? undefined : parseAt(flags.at)
  await withClient(flags, async (client) => {
    const partitions = await selectPartitions(client, names.map(parseTopicSelection))
    const ranges = await offsetRanges(client, partitions)
    const found =
      timestampMs === undefined
        ? undefined
        : resultsOf(
            await offsetsFor(
              client,
              partitions.map((of) => ({ ...of, timestampMs }))
            )
          )
    const rows = ranges.map((range, index) => {
      if (found === undefined) return range
      const { offset, timestampMs: foundMs } = found[index]
      return { ...range, at: offset < 0 ? null : { offset, timestampMs: foundMs } }
    })
    if (flags.json) return writeJson(rows)
    await stdout.write(format(rows, found !== undefined))
  })
}

const parseAt = (text: string): number =>
  text === 'max' ? MAX_TIMESTAMP : parseTime(text.replace(/^@/, ''), systemClock.nowMs())

interface Row {
  readonly topic: string
  readonly partition: number
  readonly startOffset: number
  readonly endOffset: number
  readonly at?: { offset: number; timestampMs: number } | null
}

function format(rows: readonly Row[], hasTime: boolean): string {
  const headings = ['topic', 'partition', 'start', 'end', 'offsets', ...(hasTime ? ['at', 'timestamp'] : [])]
  const cells = rows.map(({ topic, partition, startOffset, endOffset, at }) => [
    topic,
    partition,
    startOffset,
    endOffset,
    endOffset - startOffset,
    at?.offset,
    at ? new Date(at.timestampMs).toISOString() : undefined
  ])
  return formatTable(headings, cells)
}
