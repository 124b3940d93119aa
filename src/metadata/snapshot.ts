// Snapshots of the metadata log: `<end offset>-<epoch>.checkpoint`, a batch file of its own. The dynamic quorum starts
// with one that ends at offset 0 and holds only the voters.
import { KafkaError } from '../error-codes.ts'
import type { FileSystem } from '../ports.ts'
import { crcIsValid, isControl } from '../records/batch-header.ts'
import type { RecordInit } from '../records/build-batch.ts'
import { batches } from '../records/iterate.ts'
import { SNAPSHOT_DELETED_SUFFIX } from '../storage/file-names.ts'
import { kraftVersion, snapshotFooter, snapshotHeader, type VoterEndpoint, voters } from './control-records.ts'
import { controlBatch } from './metadata-batch.ts'
import type { BatchVisitor } from './metadata-log.ts'
import { MetadataLogError } from './metadata-records.ts'

export interface SnapshotId {
  /** The first offset that is not in the snapshot. */
  readonly endOffset: number
  /** Of the last record in it. */
  readonly epoch: number
}

const NAME = /^(\d{20})-(\d{10})\.checkpoint$/

export function snapshotFileName({ endOffset, epoch }: SnapshotId): string {
  return `${String(endOffset).padStart(20, '0')}-${String(epoch).padStart(10, '0')}.checkpoint`
}

export function listSnapshots(fileSystem: FileSystem, path: string): SnapshotId[] {
  const matches = fileSystem.list(path).map(({ name }) => NAME.exec(name))
  return matches.flatMap((match) => (match === null ? [] : [{ endOffset: Number(match[1]), epoch: Number(match[2]) }]))
}

/** The newest snapshot of a directory. What was left half-written or waiting for deletion is removed. */
export function findSnapshot(fileSystem: FileSystem, path: string): SnapshotId | undefined {
  for (const { name } of fileSystem.list(path)) {
    const isLeftOver = name.endsWith(SNAPSHOT_DELETED_SUFFIX) || name.endsWith('.checkpoint.part')
    if (isLeftOver) fileSystem.removeFile(`${path}/${name}`)
  }
  return listSnapshots(fileSystem, path).reduce<SnapshotId | undefined>(
    (newest, id) => (newest === undefined || id.endOffset > newest.endOffset ? id : newest),
    undefined
  )
}

/** A snapshot is whole or it would not be there under this name: anything wrong with it stops the start. */
export function readSnapshot(fileSystem: FileSystem, path: string, id: SnapshotId, visit: BatchVisitor): void {
  const file = `${path}/${snapshotFileName(id)}`
  const content = fileSystem.readFile(file)
  let ends = false
  for (const position of wholeBatches(content, file)) {
    if (!crcIsValid(content, position))
      throw new MetadataLogError(`the snapshot ${file} is damaged at byte ${position}`)
    visit(content, position)
    ends = isControl(content, position)
  }
  if (!ends) throw new MetadataLogError(`the snapshot ${file} is not complete`)
}

function* wholeBatches(content: Buffer, file: string): Iterable<number> {
  try {
    yield* batches(content)
  } catch (error) {
    // Not a batch at all: zeros, say.
    if (!(error instanceof KafkaError)) throw error
    throw new MetadataLogError(`the snapshot ${file} is damaged: ${error.message}`)
  }
}

/** What `kafka-storage format --standalone` writes: the quorum's only voter is this node with this directory. */
export function bootstrapSnapshot(voter: {
  nodeId: number
  directoryId: string
  endpoint: VoterEndpoint
  timestampMs: number
}): Buffer {
  const { timestampMs } = voter
  const batch = (baseOffset: number, records: readonly RecordInit[]) =>
    controlBatch(records, { baseOffset, leaderEpoch: 0, timestampMs })
  return Buffer.concat([
    batch(0, [snapshotHeader(timestampMs), kraftVersion(1), voters(voter.nodeId, voter.directoryId, voter.endpoint)]),
    batch(3, [snapshotFooter()])
  ])
}
