// The files of `__cluster_metadata-0`: an append-only log of batches in segments, without indexes. It is read whole at
// start, every batch checked. What a crash may have torn, at the end, is cut. Damage elsewhere stops the start: whoever
// cut there would lose every topic defined after it, and take their data for strays.
import type { File, FileSystem, Logger } from '../ports.ts'
import {
  BATCH_HEADER_BYTES,
  baseOffset,
  batchSizeBytes,
  crcIsValid,
  isControl,
  lastOffset,
  magic,
  partitionLeaderEpoch
} from '../records/batch-header.ts'
import { directoryOf } from '../storage/atomic-file.ts'
import { LOG_SUFFIX, offsetOfFileName, segmentFileName } from '../storage/file-names.ts'
import { MetadataLogError } from './metadata-records.ts'

interface Segment {
  readonly baseOffset: number
  readonly path: string
}

export interface MetadataLogOptions {
  readonly fileSystem: FileSystem
  /** The directory `__cluster_metadata-0`; must exist. */
  readonly path: string
  readonly logger: Logger
  readonly segmentBytes: number
  /** The last stop was clean: no crash tore anything, so what is not whole is damaged. */
  readonly isWhole?: boolean
}

/** Called with each valid batch in order; `buffer` is only valid during the call. */
export type BatchVisitor = (buffer: Buffer, position: number) => void

export class MetadataLog {
  readonly #options: MetadataLogOptions
  #active: File | undefined
  #activePath = ''
  #activeBytes = 0
  #endOffset = 0
  #lastEpoch = 0
  #isFailed = false
  #readableBytes = 0
  #durableOffset = 0
  #syncing: Promise<void> | undefined
  /** The name of the newest segment is on the disk. */
  #nameIsDurable = false

  private constructor(options: MetadataLogOptions) {
    this.#options = options
  }

  /**
   * Reads every batch from `fromOffset` on (what lies before is in a snapshot that ends there, written in `epoch`) and
   * leaves the log ready to append.
   */
  static open(options: MetadataLogOptions, from: { offset: number; epoch: number }, visit: BatchVisitor): MetadataLog {
    const log = new MetadataLog(options)
    log.#endOffset = from.offset
    log.#lastEpoch = from.epoch
    log.#load(visit)
    return log
  }

  get endOffset(): number {
    return this.#endOffset
  }

  /** Bytes that a start had to read: those behind the snapshot that this log was opened with, and all since. */
  get readableBytes(): number {
    return this.#readableBytes
  }

  get lastEpoch(): number {
    return this.#lastEpoch
  }

  /** A failed write left the file in a state that could not be taken back: nothing may be appended any more. */
  get isFailed(): boolean {
    return this.#isFailed
  }

  /** Batches whose offsets continue the log, in one write. All of them are in the file when this returns, or none. */
  append(batches: readonly Buffer[]): void {
    if (this.#isFailed) throw new MetadataLogError('the metadata log failed and takes no more records')
    let endOffset = this.#endOffset
    let size = 0
    for (const batch of batches) {
      if (baseOffset(batch, 0) !== endOffset)
        throw new Error(`batch at ${baseOffset(batch, 0)}, log ends at ${endOffset}`)
      endOffset = lastOffset(batch, 0) + 1
      size += batch.length
    }
    const file = this.#writable(size)
    try {
      file.write(batches, this.#activeBytes)
    } catch (error) {
      this.#takeBack(file)
      throw error
    }
    this.#activeBytes += size
    this.#readableBytes += size
    this.#endOffset = endOffset
    this.#lastEpoch = partitionLeaderEpoch(batches[batches.length - 1], 0)
  }

  /**
   * What was read is on the disk when this returns. Before a new epoch begins, so that a leader change is a promise: all
   * that lies before it was whole once.
   */
  syncWhatWasRead(): void {
    if (this.#activePath === '') return
    this.#active ??= this.#options.fileSystem.open(this.#activePath, 'write')
    this.#active.syncBlocking()
  }

  /** Resolves when everything appended so far is durable. Callers that wait at the same time share one sync. */
  async flush(): Promise<void> {
    const wanted = this.#endOffset
    while (this.#durableOffset < wanted && this.#active !== undefined) {
      this.#syncing ??= this.#sync(this.#active)
      await this.#syncing
    }
  }

  /** The next append begins a new segment. */
  roll(): void {
    if (this.#active !== undefined) this.#closeFile(this.#active)
    this.#active = undefined
    this.#activePath = ''
    this.#activeBytes = 0
  }

  /** A snapshot holds everything below the offset: segments that end there or before are not needed any more. */
  removeSegmentsBefore(offset: number): void {
    const segments = this.#segments()
    for (const [index, segment] of segments.entries()) {
      const end = segments[index + 1]?.baseOffset ?? this.#endOffset
      if (end <= offset && segment.path !== this.#activePath) this.#options.fileSystem.removeFile(segment.path)
    }
  }

  /** Durable when it returns, unless the log failed. */
  close(): void {
    if (this.#active !== undefined) this.#closeFile(this.#active)
    this.#active = undefined
  }

  async #sync(file: File): Promise<void> {
    const reached = this.#endOffset
    try {
      await file.sync()
      await this.#syncName()
      this.#durableOffset = Math.max(this.#durableOffset, reached)
    } catch (error) {
      // What the kernel could not write it may have dropped: the file no longer holds what the image says.
      this.#isFailed = true
      throw error
    } finally {
      this.#syncing = undefined
    }
  }

  async #syncName(): Promise<void> {
    if (this.#nameIsDurable) return
    this.#nameIsDurable = true
    const { fileSystem, path } = this.#options
    await fileSystem.syncDirectoryAsync(path)
    await fileSystem.syncDirectoryAsync(directoryOf(path))
  }

  #closeFile(file: File): void {
    if (!this.#isFailed) {
      file.syncBlocking()
      this.#durableOffset = this.#endOffset
    }
    const close = () => file.close()
    // The descriptor must outlive a sync that is still on its way.
    if (this.#syncing === undefined) close()
    else this.#syncing.then(close, close)
  }

  #takeBack(file: File): void {
    try {
      file.truncate(this.#activeBytes)
    } catch (error) {
      this.#isFailed = true
      this.#options.logger.error('the metadata log could not be restored after a failed write', {
        error: String(error)
      })
    }
  }

  #writable(size: number): File {
    const { fileSystem, path, segmentBytes } = this.#options
    const isFull = this.#activeBytes > 0 && this.#activeBytes + size > segmentBytes
    if (this.#active !== undefined && !isFull) return this.#active
    if (this.#active === undefined && this.#activePath !== '' && !isFull) {
      this.#active = fileSystem.open(this.#activePath, 'write')
      return this.#active
    }
    if (this.#active !== undefined) this.#closeFile(this.#active)
    this.#activePath = `${path}/${segmentFileName(this.#endOffset, LOG_SUFFIX)}`
    this.#active = fileSystem.open(this.#activePath, 'write')
    this.#nameIsDurable = false
    this.#activeBytes = 0
    return this.#active
  }

  #segments(): Segment[] {
    const { fileSystem, path } = this.#options
    const segments: Segment[] = []
    for (const { name } of fileSystem.list(path)) {
      const offset = name.endsWith(LOG_SUFFIX) ? offsetOfFileName(name) : undefined
      if (offset !== undefined) segments.push({ baseOffset: offset, path: `${path}/${name}` })
    }
    return segments.sort((a, b) => a.baseOffset - b.baseOffset)
  }

  #load(visit: BatchVisitor): void {
    const segments = this.#segments()
    const first = segments[0]
    if (first !== undefined && first.baseOffset > this.#endOffset) {
      const found = `the metadata log begins at offset ${first.baseOffset}`
      throw new MetadataLogError(`${found}, but no snapshot reaches that far`)
    }
    for (const [index, segment] of segments.entries()) {
      const next = segments[index + 1]
      // What a snapshot covers need not be read.
      if (next !== undefined && next.baseOffset <= this.#endOffset) continue
      this.#loadSegment(segment, next === undefined, visit)
    }
  }

  #loadSegment(segment: Segment, isLast: boolean, visit: BatchVisitor): void {
    const { fileSystem } = this.#options
    const content = fileSystem.readFile(segment.path)
    let position = 0
    let previousOffset = segment.baseOffset - 1
    while (position < content.length) {
      const size = validBatchSize(content, position, previousOffset)
      if (size === 0) break
      previousOffset = lastOffset(content, position)
      const offset = baseOffset(content, position)
      if (offset > this.#endOffset) {
        throw new MetadataLogError(
          `the metadata log has no batch at offset ${this.#endOffset}: ${segment.path} goes on at ${offset}`
        )
      }
      if (offset === this.#endOffset) {
        visit(content, position)
        this.#readableBytes += size
        this.#endOffset = previousOffset + 1
        this.#lastEpoch = Math.max(this.#lastEpoch, partitionLeaderEpoch(content, position))
      }
      position += size
    }
    if (position < content.length) this.#cutTail(segment, content, position, isLast)
    this.#activePath = segment.path
    this.#activeBytes = position
  }

  #cutTail(segment: Segment, content: Buffer, position: number, isLast: boolean): void {
    const { fileSystem, logger, isWhole } = this.#options
    let reason = isLast ? whyNotTorn(content, position, this.#endOffset) : 'a segment follows'
    if (isWhole) reason ??= 'the last stop was clean'
    if (reason !== undefined) {
      const where = `${segment.path} at byte ${position}, and ${reason}`
      const advice = 'Put back a copy of the directory; cutting the log there would lose every topic defined after it.'
      throw new MetadataLogError(`the metadata log is damaged in ${where}. ${advice}`)
    }
    logger.warn('cut the torn tail of the metadata log', {
      file: segment.path,
      position,
      bytes: content.length - position
    })
    const file = fileSystem.open(segment.path, 'write')
    try {
      file.truncate(position)
    } finally {
      file.close()
    }
  }
}

/** The size of the valid batch at `position` whose offsets come after `previousOffset`; 0 when there is none. */
function validBatchSize(content: Buffer, position: number, previousOffset: number): number {
  const remaining = content.length - position
  if (remaining < BATCH_HEADER_BYTES || magic(content, position) !== 2) return 0
  const size = batchSizeBytes(content, position)
  if (size < BATCH_HEADER_BYTES || size > remaining) return 0
  if (!crcIsValid(content, position)) return 0
  const isInOrder = baseOffset(content, position) > previousOffset
  return isInOrder && lastOffset(content, position) >= baseOffset(content, position) ? size : 0
}

/**
 * Why the bytes at `position` are not what a crash leaves behind; undefined when they may be. A power cut loses or tears
 * any of the writes since the last sync, in any order, so good batches may follow a hole. But then the hole is empty at
 * its end, and no leader change follows it: there everything before was on the disk.
 */
function whyNotTorn(content: Buffer, position: number, endOffset: number): string | undefined {
  let isFirst = true
  for (const at of validBatchesAfter(content, position, endOffset)) {
    if (isControl(content, at)) return 'a later start had found it whole'
    if (isFirst && !endsEmpty(content, position, at)) return 'valid batches follow'
    isFirst = false
  }
  return undefined
}

const SECTOR_BYTES = 512

/** The last sector of a range holds nothing: it was never written. */
function endsEmpty(content: Buffer, start: number, end: number): boolean {
  const sectorStart = Math.floor((end - 1) / SECTOR_BYTES) * SECTOR_BYTES
  return content.subarray(Math.max(start, sectorStart), end).every((byte) => byte === 0)
}

/** Positions, wherever they begin. */
function* validBatchesAfter(content: Buffer, position: number, endOffset: number): Iterable<number> {
  for (let at = position + 1; at + BATCH_HEADER_BYTES <= content.length; at++) {
    // Byte 16 of a header is the magic, byte 0 to 2 of an offset below 2^40 are zero: most places fail here.
    if (content[at + 16] !== 2 || content[at] !== 0 || content[at + 1] !== 0 || content[at + 2] !== 0) continue
    const size = validBatchSize(content, at, endOffset - 1)
    if (size === 0) continue
    yield at
    at += size - 1
  }
}
