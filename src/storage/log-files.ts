// The files of a partition directory as a start finds them: leftovers removed, interrupted swaps finished, segments and
// snapshots listed.

import type { FileSystem, Logger } from '../ports.ts'
import type { FileHandles } from './file-handles.ts'
import {
  CLEANED_SUFFIX,
  DELETED_SUFFIX,
  INDEX_SUFFIX,
  LOG_SUFFIX,
  offsetOfFileName,
  SNAPSHOT_DELETED_SUFFIX,
  SNAPSHOT_SUFFIX,
  SWAP_SUFFIX,
  segmentFileName,
  TIME_INDEX_SUFFIX,
  TXN_INDEX_SUFFIX
} from './file-names.ts'
import { Segment } from './segment.ts'

const INDEX_SUFFIXES = [INDEX_SUFFIX, TIME_INDEX_SUFFIX, TXN_INDEX_SUFFIX]

export interface LogFiles {
  /** Ascending. */
  segmentBases: number[]
  /** Segments whose offset index is missing: they are read again, even after a clean stop. */
  withoutIndex: Set<number>
  /** Segments that have a transaction index. */
  withTransactions: Set<number>
  snapshotOffsets: number[]
  names: ReadonlySet<string>
}

/** A foreign file among the segments: Apache Kafka does not start on it either. */
export class ForeignFileError extends Error {}

export function readLogFiles(handles: FileHandles, directory: string, logger: Logger): LogFiles {
  const { fileSystem } = handles
  const listed = fileNames(fileSystem, directory)
  const hasLeftovers = listed.some(
    (name) => name.endsWith(DELETED_SUFFIX) || name.endsWith(CLEANED_SUFFIX) || name.endsWith(SWAP_SUFFIX)
  )
  if (hasLeftovers) cleanUp(handles, directory, listed, logger)
  const names = new Set(hasLeftovers ? fileNames(fileSystem, directory) : listed)
  const files: LogFiles = {
    segmentBases: [],
    withoutIndex: new Set(),
    withTransactions: new Set(),
    snapshotOffsets: [],
    names
  }
  for (const name of names) {
    const suffix = name.slice(name.lastIndexOf('.'))
    if (![LOG_SUFFIX, SNAPSHOT_SUFFIX, ...INDEX_SUFFIXES].includes(suffix)) continue
    const offset = offsetOfFileName(name)
    if (offset === undefined || String(offset).padStart(20, '0') !== name.slice(0, -suffix.length)) {
      throw new ForeignFileError(`${directory}/${name} is not a file of a log: move it away`)
    }
    if (suffix === LOG_SUFFIX) files.segmentBases.push(offset)
    else if (suffix === SNAPSHOT_SUFFIX) files.snapshotOffsets.push(offset)
    else if (!names.has(name.slice(0, -suffix.length) + LOG_SUFFIX)) {
      if (suffix === INDEX_SUFFIX)
        logger.error(`${directory}/${segmentFileName(offset, LOG_SUFFIX)} is missing, with its records`)
      fileSystem.removeFile(`${directory}/${name}`)
    }
  }
  files.segmentBases.sort((a, b) => a - b)
  for (const base of files.segmentBases) {
    if (!names.has(segmentFileName(base, INDEX_SUFFIX))) files.withoutIndex.add(base)
    if (names.has(segmentFileName(base, TXN_INDEX_SUFFIX))) files.withTransactions.add(base)
  }
  return files
}

function fileNames(fileSystem: FileSystem, directory: string): string[] {
  return fileSystem
    .list(directory)
    .filter((entry) => !entry.isDirectory)
    .map((entry) => entry.name)
}

function cleanUp(handles: FileHandles, directory: string, names: readonly string[], logger: Logger): void {
  const { fileSystem } = handles
  const remove = (name: string) => fileSystem.removeFile(`${directory}/${name}`)
  const cleaned = names.filter((name) => name.endsWith(CLEANED_SUFFIX))
  const lowestCleaned = Math.min(...cleaned.map((name) => offsetOfFileName(name) ?? Number.POSITIVE_INFINITY))
  for (const name of names) {
    if (name.endsWith(DELETED_SUFFIX) && !name.endsWith(SNAPSHOT_DELETED_SUFFIX)) remove(name)
  }
  const swaps = names.filter((name) => name.endsWith(SWAP_SUFFIX))
  // A swap file at or above the lowest half-written one belongs to a split that did not finish.
  for (const name of swaps) if ((offsetOfFileName(name) ?? -1) >= lowestCleaned) remove(name)
  for (const name of cleaned) remove(name)
  finishSwap(
    handles,
    directory,
    swaps.filter((name) => (offsetOfFileName(name) ?? -1) < lowestCleaned),
    names.filter((name) => !/\.(deleted|cleaned|swap)$/.test(name)),
    logger
  )
}

/** The swap files are complete: what they replace goes, then they take its names. */
function finishSwap(
  handles: FileHandles,
  directory: string,
  swaps: readonly string[],
  others: readonly string[],
  logger: Logger
): void {
  const { fileSystem } = handles
  let lowest = Number.POSITIVE_INFINITY
  let end = Number.NEGATIVE_INFINITY
  for (const name of swaps.filter((swap) => swap.endsWith(LOG_SUFFIX + SWAP_SUFFIX))) {
    const base = offsetOfFileName(name) ?? 0
    lowest = Math.min(lowest, base)
    end = Math.max(end, nextOffsetOf(handles, directory, name, base))
  }
  for (const name of others) {
    const offset = offsetOfFileName(name)
    if (offset === undefined || offset < lowest || offset >= end) continue
    logger.info(`${directory}/${name} was replaced by compaction before the last stop: removed`)
    fileSystem.removeFile(`${directory}/${name}`)
  }
  for (const name of swaps) {
    fileSystem.rename(`${directory}/${name}`, `${directory}/${name.slice(0, -SWAP_SUFFIX.length)}`)
  }
}

/** The offset after the last batch of a swap file, whose index may not be there. */
function nextOffsetOf(handles: FileHandles, directory: string, name: string, base: number): number {
  const sizeBytes = handles.fileSystem.fileSize(`${directory}/${name}`)
  const segment = new Segment({ handles, directory, baseOffset: base, sizeBytes, createdMs: 0, isNew: true })
  segment.log.path = `${directory}/${name}`
  try {
    return segment.readNextOffset()
  } finally {
    segment.close()
  }
}
