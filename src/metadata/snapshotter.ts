// Writes a snapshot when the log has grown enough since the last one, and then drops what it replaces: otherwise the log
// of a broker that is started every day would take longer to read every day.
import type { FileSystem, Logger } from '../ports.ts'
import type { RecordInit } from '../records/build-batch.ts'
import type { ImageState } from './cluster-image.ts'
import { kraftVersion, snapshotFooter, snapshotHeader } from './control-records.ts'
import { controlBatch, dataBatch } from './metadata-batch.ts'
import type { MetadataLog } from './metadata-log.ts'
import { listSnapshots, readSnapshot, type SnapshotId, snapshotFileName } from './snapshot.ts'
import { snapshotRecords } from './snapshot-records.ts'

/** What the log's control records said of the quorum; a snapshot must say it again. */
export interface QuorumRecords {
  readonly kraftVersion: number
  /** As it was written; only the dynamic form has it. */
  readonly voters: RecordInit | undefined
}

export interface SnapshotterOptions {
  readonly fileSystem: FileSystem
  readonly path: string
  readonly logger: Logger
  readonly log: MetadataLog
  readonly state: ImageState
  readonly quorum: QuorumRecords
  /** metadata.log.max.record.bytes.between.snapshots */
  readonly maxBytesBetween: number
}

const BATCH_RECORDS = 2000

export class Snapshotter {
  readonly #options: SnapshotterOptions
  #nextAtBytes: number
  #isWriting = false
  #isClosed = false

  constructor(options: SnapshotterOptions) {
    this.#options = options
    this.#nextAtBytes = options.maxBytesBetween
  }

  /** After each append. The records are taken now; writing them goes on in the background. */
  consider(timestampMs: number): void {
    const { log, maxBytesBetween, logger } = this.#options
    if (log.readableBytes < this.#nextAtBytes || this.#isWriting) return
    this.#nextAtBytes = log.readableBytes + maxBytesBetween
    this.#isWriting = true
    const id = { endOffset: log.endOffset, epoch: log.lastEpoch }
    const content = this.#content(id, timestampMs)
    log.roll()
    this.#write(id, content)
      .catch((error: unknown) => logger.warn('could not write a metadata snapshot', { error: String(error) }))
      .finally(() => {
        this.#isWriting = false
      })
  }

  /** A snapshot that is not complete yet is given up; the next start removes what there is of it. */
  close(): void {
    this.#isClosed = true
  }

  #content({ epoch }: SnapshotId, timestampMs: number): Buffer[] {
    const { state, quorum } = this.#options
    const header = [snapshotHeader(timestampMs)]
    if (quorum.kraftVersion > 0) header.push(kraftVersion(quorum.kraftVersion))
    if (quorum.voters !== undefined) header.push(quorum.voters)
    let baseOffset = 0
    const place = (count: number) => {
      const at = { baseOffset, leaderEpoch: epoch, timestampMs }
      baseOffset += count
      return at
    }
    const batches = [controlBatch(header, place(header.length))]
    const values = snapshotRecords(state)
    for (let at = 0; at < values.length; at += BATCH_RECORDS) {
      const some = values.slice(at, at + BATCH_RECORDS)
      batches.push(dataBatch(some, place(some.length)))
    }
    batches.push(controlBatch([snapshotFooter()], place(1)))
    return batches
  }

  async #write(id: SnapshotId, content: readonly Buffer[]): Promise<void> {
    const { fileSystem, path, log, logger } = this.#options
    const name = snapshotFileName(id)
    const part = `${path}/${name}.part`
    const file = fileSystem.open(part, 'write')
    try {
      file.write(content, 0)
      await file.sync()
    } finally {
      file.close()
    }
    if (this.#isClosed) return
    fileSystem.rename(part, `${path}/${name}`)
    // Read back before the log goes: after that there is nothing else to start from.
    readSnapshot(fileSystem, path, id, () => {})
    log.removeSegmentsBefore(id.endOffset)
    for (const older of listSnapshots(fileSystem, path)) {
      if (older.endOffset < id.endOffset) fileSystem.removeFile(`${path}/${snapshotFileName(older)}`)
    }
    logger.info('wrote a metadata snapshot', { name })
  }
}
