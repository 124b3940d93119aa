import { deleteRecords } from '../../client/topics.ts'
import { systemClock } from '../../system/clock.ts'
import { type ReaderFlags, withClient } from '../client-options.ts'
import { offsetRanges, parseOffset, resolveOffsets } from '../offset-spec.ts'
import { reportFailures } from '../outcomes.ts'
import { stdout, writeJson } from '../output.ts'
import { parsePartitions, selectPartitions } from '../partition-spec.ts'
import { formatTable } from '../table.ts'

interface TrimFlags extends ReaderFlags {
  readonly to: string
  readonly partitions?: string
}

export async function trimTopic(topic: string, flags: TrimFlags): Promise<void> {
  const spec = parseOffset(flags.to, systemClock.nowMs())
  const partitions = flags.partitions === undefined ? undefined : parsePartitions(flags.partitions)
  await withClient(flags, async (client) => {
    const selected = await selectPartitions(client, [{ topic, partitions }])
    const ranges = await offsetRanges(client, selected)
    const offsets = await resolveOffsets(client, ranges, spec)
    const outcomes = await deleteRecords(
      client,
      selected.map((of, index) => ({ ...of, beforeOffset: offsets[index] }))
    )
    const rows = ranges.flatMap(({ partition, startOffset, endOffset }, index) => {
      const newStart = outcomes[index].result
      return newStart === undefined
        ? []
        : [{ topic, partition, previousStartOffset: startOffset, startOffset: newStart, endOffset }]
    })
    if (flags.json) await writeJson(rows)
    else if (rows.length > 0) {
      const cells = rows.map((row) => [row.partition, row.previousStartOffset, row.startOffset, row.endOffset])
      await stdout.write(formatTable(['partition', 'was', 'start', 'end'], cells))
    }
    reportFailures(outcomes)
  })
}
