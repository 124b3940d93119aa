// Reading the metadata of a directory: newest snapshot, then the log behind it, into a cluster image.
import type { FileSystem, Logger } from '../ports.ts'
import { isControl, lastOffset } from '../records/batch-header.ts'
import type { RecordInit } from '../records/build-batch.ts'
import { recordsOf } from '../records/iterate.ts'
import { ImageState } from './cluster-image.ts'
import { kraftVersionOf, votersOf } from './control-records.ts'
import { MetadataLog } from './metadata-log.ts'
import { decodeRecord, MetadataLogError } from './metadata-records.ts'
import { Replay } from './replay.ts'
import { findSnapshot, readSnapshot } from './snapshot.ts'
import type { QuorumRecords } from './snapshotter.ts'

export interface OpenedMetadata {
  readonly log: MetadataLog
  readonly state: ImageState
  readonly replay: Replay
  readonly quorum: QuorumRecords
  readonly hasSnapshot: boolean
}

export interface OpenOptions {
  readonly fileSystem: FileSystem
  /** Of `__cluster_metadata-0`. */
  readonly path: string
  readonly logger: Logger
  readonly segmentBytes: number
  readonly isWhole?: boolean
}

export function openMetadata(options: OpenOptions): OpenedMetadata {
  const { fileSystem, path } = options
  const state = new ImageState()
  const replay = new Replay(state)
  let kraftVersion = 0
  let voters: RecordInit | undefined
  const visit = (buffer: Buffer, position: number) => {
    const control = isControl(buffer, position)
    for (const { key, value } of recordsOf(buffer, position)) {
      if (control) {
        kraftVersion = kraftVersionOf(key, value) ?? kraftVersion
        voters = votersOf(key, value) ?? voters
      } else if (value === null) throw new MetadataLogError('a metadata record without a value')
      else replay.apply(decodeRecord(value))
    }
  }
  const snapshot = findSnapshot(fileSystem, path)
  if (snapshot !== undefined) readSnapshot(fileSystem, path, snapshot, visit)
  const from = snapshot === undefined ? { offset: 0, epoch: 0 } : { offset: snapshot.endOffset, epoch: snapshot.epoch }
  state.endOffset = from.offset
  const log = MetadataLog.open(options, from, (buffer, position) => {
    visit(buffer, position)
    state.endOffset = lastOffset(buffer, position) + 1
  })
  replay.takeDelta()
  return { log, state, replay, quorum: { kraftVersion, voters }, hasSnapshot: snapshot !== undefined }
}
