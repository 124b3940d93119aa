// The checkpoints of a log directory: one offset for each partition, `<topic> <partition> <offset>` a line. Recovery
// points, log start offsets, high watermarks and the cleaner's progress.

import type { FileSystem } from '../ports.ts'
import { formatCheckpoint, MalformedCheckpointError, parseCheckpoint, parseWholeNumber } from './checkpoint-file.ts'

/** By `topic-partition`, as in the directory names. */
export type OffsetsByPartition = Map<string, number>

export interface PartitionOffset {
  topic: string
  partition: number
  offset: number
}

export function formatOffsetCheckpoint(entries: Iterable<PartitionOffset>): string {
  return formatCheckpoint(Array.from(entries, ({ topic, partition, offset }) => `${topic} ${partition} ${offset}`))
}

/** An absent file is empty. */
export function readOffsetCheckpoint(fileSystem: FileSystem, path: string): OffsetsByPartition {
  const offsets: OffsetsByPartition = new Map()
  if (!fileSystem.exists(path)) return offsets
  for (const line of parseCheckpoint(path, fileSystem.readFile(path).toString())) {
    const [topic, partition, offset, ...rest] = line.split(/\s+/)
    const value = parseWholeNumber(offset ?? '')
    if (rest.length > 0 || value === undefined || parseWholeNumber(partition) === undefined) {
      throw new MalformedCheckpointError(path, `the line '${line}' is not a topic, a partition and an offset`)
    }
    offsets.set(`${topic}-${partition}`, value)
  }
  return offsets
}
