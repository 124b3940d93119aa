// One segment: a `.log` file of batches back to back, and its indexes. Knows nothing of the log around it.

import { baseOffset, lastOffset, maxTimestamp, partitionLeaderEpoch } from '../records/batch-header.ts'
import { recordsOf } from '../records/iterate.ts'
import { FileHandle, type FileHandles } from './file-handles.ts'
import {
  DELETED_SUFFIX,
  INDEX_SUFFIX,
  LOG_SUFFIX,
  segmentFileName,
  TIME_INDEX_SUFFIX,
  TXN_INDEX_SUFFIX
} from './file-names.ts'
import { OffsetIndex } from './offset-index.ts'
import { CorruptSegmentError, SegmentScan } from './segment-scan.ts'
import { TimeIndex } from './time-index.ts'
import { TransactionIndex } from './transaction-index.ts'

/** To look for one batch between two index entries. */
const LOCATE_BUFFER_BYTES = 8 * 1024
const REBUILD_BUFFER_BYTES = 64 * 1024
/** index.interval.bytes as it is by default. */
const REBUILT_INTERVAL_BYTES = 4096
/** Reused for each append: the port takes a list of buffers. */
const appended: Buffer[] = []
/** Reading a segment of this size again costs less than syncing its indexes at every stop. */
export const SMALL_SEGMENT_BYTES = 1024 * 1024
const RELATIVE_OFFSET_MAX = 0x7fffffff

export interface BatchPlace {
  baseOffset: number
  position: number
  sizeBytes: number
}

export interface TimestampedOffset {
  offset: number
  timestampMs: number
  leaderEpoch: number
}

export interface SegmentInit {
  handles: FileHandles
  /** Of the partition. */
  directory: string
  baseOffset: number
  sizeBytes: number
  createdMs: number
  /** No index files to read: a segment that is created or about to be recovered. */
  isNew: boolean
  /** Behind the names of all its files, while compaction makes it. */
  fileSuffix?: string
}

const FILES = [LOG_SUFFIX, INDEX_SUFFIX, TIME_INDEX_SUFFIX, TXN_INDEX_SUFFIX]

export class Segment {
  readonly baseOffset: number
  sizeBytes: number
  /** What the disk is known to have of it. */
  syncedBytes: number
  createdMs: number
  readonly #handles: FileHandles
  readonly #directory: string
  #fileSuffix: string
  /** Made on first use: thousands of partitions may lie idle. */
  #log: FileHandle | undefined
  #index: OffsetIndex | undefined
  #timeIndex: TimeIndex | undefined
  #transactionIndex: TransactionIndex | undefined
  readonly #isNew: boolean
  #maxTimestampMs: number | undefined
  #offsetOfMaxTimestamp = -1
  /** Of the first batch: segment.ms counts from it. */
  #firstTimestampMs: number | undefined
  #bytesSinceIndexEntry = 0
  #hasUnsyncedCut = false
  #indexIsRebuilt = false
  /** The index files on the disk say what memory says. */
  indexesAreWritten: boolean
  /** A power cut leaves them whole: a segment below the recovery point is not read again, so its indexes must be right. */
  indexesAreDurable: boolean
  /** The `.log` exists: an empty partition's comes with its first batch. */
  hasFile: boolean

  constructor(init: SegmentInit) {
    const { handles, directory, isNew } = init
    this.baseOffset = init.baseOffset
    this.sizeBytes = init.sizeBytes
    this.syncedBytes = init.sizeBytes
    this.createdMs = init.createdMs
    this.#handles = handles
    this.#directory = directory
    this.#fileSuffix = init.fileSuffix ?? ''
    this.indexesAreWritten = !isNew
    this.indexesAreDurable = !isNew
    this.hasFile = !isNew
    this.#isNew = isNew
  }

  get log(): FileHandle {
    this.#log ??= new FileHandle(this.#handles, this.path(LOG_SUFFIX), 'write')
    return this.#log
  }

  get index(): OffsetIndex {
    const { fileSystem } = this.#handles
    this.#index ??= new OffsetIndex(fileSystem, this.path(INDEX_SUFFIX), this.baseOffset, this.#isNew)
    return this.#index
  }

  get timeIndex(): TimeIndex {
    const { fileSystem } = this.#handles
    this.#timeIndex ??= new TimeIndex(fileSystem, this.path(TIME_INDEX_SUFFIX), this.baseOffset, this.#isNew)
    return this.#timeIndex
  }

  get transactionIndex(): TransactionIndex {
    const { fileSystem } = this.#handles
    this.#transactionIndex ??= new TransactionIndex(
      fileSystem,
      this.path(TXN_INDEX_SUFFIX),
      this.baseOffset,
      this.#isNew
    )
    return this.#transactionIndex
  }

  path(suffix: string): string {
    return `${this.#directory}/${segmentFileName(this.baseOffset, suffix)}${this.#fileSuffix}`
  }

  /** Creates the empty `.log`: its name keeps the log's end when everything before is deleted. */
  createFile(): void {
    this.log.file.truncate(0)
    this.hasFile = true
  }

  /** Writes one batch at the end and notes it in the indexes. Throws the disk's error with nothing changed in memory. */
  append(records: Buffer, lastOffset: number, timestampMs: number, indexIntervalBytes: number): void {
    const position = this.sizeBytes
    const { file } = this.log
    this.hasFile = true
    appended[0] = records
    file.write(appended, position)
    this.sizeBytes = position + records.length
    this.noteBatch(records.length, position, lastOffset, timestampMs, indexIntervalBytes)
  }

  /** At the end; the batches in it are noted one by one. */
  write(batches: Buffer): void {
    this.log.file.write([batches], this.sizeBytes)
    this.sizeBytes += batches.length
  }

  /** The rule of both indexes: an entry once more than the interval lies between the last one and this batch's start. */
  noteBatch(size: number, position: number, lastOffset: number, timestampMs: number, indexIntervalBytes: number): void {
    this.indexesAreWritten = false
    this.indexesAreDurable = false
    if (position === 0) this.#firstTimestampMs = timestampMs
    if (timestampMs > this.maxTimestampMs) {
      this.#maxTimestampMs = timestampMs
      this.#offsetOfMaxTimestamp = lastOffset
    }
    if (this.#bytesSinceIndexEntry > indexIntervalBytes) {
      this.index.append(lastOffset, position)
      this.timeIndex.maybeAppend(this.maxTimestampMs, this.#offsetOfMaxTimestamp)
      this.#bytesSinceIndexEntry = 0
    }
    this.#bytesSinceIndexEntry += size
  }

  get maxTimestampMs(): number {
    if (this.#maxTimestampMs === undefined) {
      this.#maxTimestampMs = this.timeIndex.lastTimestampMs
      this.#offsetOfMaxTimestamp = this.timeIndex.lastOffset
    }
    return this.#maxTimestampMs
  }

  /** The last offset of the first batch that has the greatest timestamp. */
  get offsetOfMaxTimestamp(): number {
    return this.maxTimestampMs < 0 ? this.baseOffset : this.#offsetOfMaxTimestamp
  }

  /** For retention: of the records, or of the file where they have none. */
  largestTimestampMs(): number {
    return this.maxTimestampMs >= 0 ? this.maxTimestampMs : this.createdMs
  }

  /** undefined while the segment is empty. */
  firstTimestampMs(): number | undefined {
    if (this.#firstTimestampMs === undefined && this.sizeBytes > 0) {
      const scan = this.scan(0, LOCATE_BUFFER_BYTES)
      if (scan.next()) this.#firstTimestampMs = maxTimestamp(scan.buffer, scan.at)
    }
    return this.#firstTimestampMs
  }

  /** Whether an offset fits the 31 bits that the indexes have for it. */
  canHold(offset: number): boolean {
    return offset - this.baseOffset <= RELATIVE_OFFSET_MAX
  }

  scan(from: number, bufferBytes: number): SegmentScan {
    if (from < 0 || from > this.sizeBytes) {
      throw new CorruptSegmentError(this.log.path, from, 'an index entry that points outside')
    }
    return new SegmentScan(this.log.file, this.log.path, from, this.sizeBytes, bufferBytes)
  }

  /** The batch that holds the offset, or the first one after it; undefined when all are before. */
  locate(offset: number): BatchPlace | undefined {
    if (this.sizeBytes === 0) return undefined
    const from = this.index.positionFor(offset)
    try {
      return this.#locateFrom(from, offset)
    } catch (error) {
      if (!(error instanceof CorruptSegmentError) || from === 0 || this.#indexIsRebuilt) throw error
      // The index may be what is wrong: a start after a clean stop takes it as it is.
      this.#rebuildIndex()
      return this.#locateFrom(this.index.positionFor(offset), offset)
    }
  }

  #locateFrom(from: number, offset: number): BatchPlace | undefined {
    const scan = this.scan(from, LOCATE_BUFFER_BYTES)
    while (scan.next()) {
      if (lastOffset(scan.buffer, scan.at) >= offset) {
        return { baseOffset: baseOffset(scan.buffer, scan.at), position: scan.position, sizeBytes: scan.size }
      }
    }
    return undefined
  }

  /** From the headers; what lies behind damage is not in it. */
  #rebuildIndex(): void {
    this.#indexIsRebuilt = true
    this.index.file.reset()
    this.indexesAreWritten = false
    const scan = this.scan(0, REBUILD_BUFFER_BYTES)
    let lastEntryAt = 0
    try {
      while (scan.next()) {
        if (scan.position - lastEntryAt <= REBUILT_INTERVAL_BYTES) continue
        this.index.append(lastOffset(scan.buffer, scan.at), scan.position)
        lastEntryAt = scan.position
      }
    } catch (error) {
      if (!(error instanceof CorruptSegmentError)) throw error
    }
  }

  /** The offset after the last batch, found from the last index entry on. */
  readNextOffset(): number {
    let next = this.baseOffset
    if (this.sizeBytes === 0) return next
    const scan = this.scan(this.index.lastPosition, LOCATE_BUFFER_BYTES)
    while (scan.next()) next = lastOffset(scan.buffer, scan.at) + 1
    return next
  }

  /** The first record at or after both the time and the offset. */
  findByTimestamp(timestampMs: number, startOffset: number): TimestampedOffset | undefined {
    if (this.sizeBytes === 0) return undefined
    const from = this.index.positionFor(Math.max(this.timeIndex.offsetFor(timestampMs), startOffset))
    const scan = this.scan(from, LOCATE_BUFFER_BYTES)
    while (scan.next()) {
      if (maxTimestamp(scan.buffer, scan.at) < timestampMs) continue
      const leaderEpoch = partitionLeaderEpoch(scan.buffer, scan.at)
      scan.loadWhole()
      for (const record of recordsOf(scan.buffer, scan.at)) {
        if (record.timestampMs >= timestampMs && record.offset >= startOffset) {
          return { offset: record.offset, timestampMs: record.timestampMs, leaderEpoch }
        }
      }
    }
    return undefined
  }

  /** The first record that has the segment's greatest timestamp. */
  findMaxTimestamp(): TimestampedOffset | undefined {
    const wanted = this.maxTimestampMs
    if (this.sizeBytes === 0) return undefined
    const scan = this.scan(this.index.positionFor(this.offsetOfMaxTimestamp), LOCATE_BUFFER_BYTES)
    while (scan.next()) {
      if (maxTimestamp(scan.buffer, scan.at) !== wanted) continue
      const leaderEpoch = partitionLeaderEpoch(scan.buffer, scan.at)
      scan.loadWhole()
      for (const record of recordsOf(scan.buffer, scan.at)) {
        if (record.timestampMs === wanted) return { offset: record.offset, timestampMs: wanted, leaderEpoch }
      }
    }
    return undefined
  }

  /** Cuts the file, for a write that failed half-way and for recovery. The indexes are the caller's to rebuild. */
  cutTo(sizeBytes: number): void {
    this.log.file.truncate(sizeBytes)
    this.#hasUnsyncedCut = true
    this.sizeBytes = sizeBytes
    this.syncedBytes = Math.min(this.syncedBytes, sizeBytes)
  }

  /** Forgets all indexes: they are about to be rebuilt. */
  resetIndexes(): void {
    this.indexesAreWritten = false
    this.indexesAreDurable = false
    this.index.file.reset()
    this.timeIndex.file.reset()
    this.transactionIndex.reset()
    this.#maxTimestampMs = -1
    this.#offsetOfMaxTimestamp = this.baseOffset
    this.#firstTimestampMs = undefined
    this.#bytesSinceIndexEntry = 0
  }

  /** At roll and at a clean stop: the greatest timestamp is noted, whatever the interval. */
  noteFinalTimestamp(): void {
    if (this.maxTimestampMs >= 0) this.timeIndex.maybeAppend(this.maxTimestampMs, this.#offsetOfMaxTimestamp)
  }

  /** The files then hold exactly what memory has. */
  writeIndexes(): void {
    if (this.indexesAreWritten || !this.hasFile) return
    this.index.file.write()
    this.timeIndex.file.write()
    this.indexesAreWritten = true
  }

  /** Part of what waits, so that there is little left to write when the segment rolls. */
  writeIndexesBehind(): void {
    this.index.file.writeBehind()
    this.timeIndex.file.writeBehind()
  }

  /** Of a segment that is not appended to any more. */
  async syncIndexes(syncFiles: (paths: readonly string[]) => Promise<void>): Promise<void> {
    if (this.indexesAreDurable || !this.hasFile) return
    this.writeIndexes()
    await syncFiles([this.path(INDEX_SUFFIX), this.path(TIME_INDEX_SUFFIX), this.path(TXN_INDEX_SUFFIX)])
    this.indexesAreDurable = true
  }

  /**
   * Before a segment follows this one: what was cut off must not come back after a power cut, because only the last
   * segment is read again. Blocks on the disk, but next to never.
   */
  syncCut(): void {
    if (!this.#hasUnsyncedCut) return
    this.log.file.syncBlocking()
    this.#hasUnsyncedCut = false
  }

  async sync(): Promise<void> {
    const size = this.sizeBytes
    if (size === this.syncedBytes && !this.#hasUnsyncedCut) return
    this.#hasUnsyncedCut = false
    await this.log.file.sync()
    this.syncedBytes = Math.max(this.syncedBytes, Math.min(size, this.sizeBytes))
  }

  /** Everything of an inactive segment that lookups brought into memory can be read again. */
  unloadIndexes(): void {
    if (!this.indexesAreWritten) return
    this.index.file.unload()
    this.timeIndex.file.unload()
  }

  close(): void {
    this.#log?.close()
  }

  /** Renames the files so that nobody finds them; returns the paths to remove later. Nothing is written to them any more. */
  markDeleted(): string[] {
    this.close()
    const { fileSystem } = this.#handles
    const marked: string[] = []
    for (const suffix of FILES) {
      const path = this.path(suffix)
      if (!fileSystem.exists(path)) continue
      fileSystem.rename(path, path + DELETED_SUFFIX)
      marked.push(path + DELETED_SUFFIX)
    }
    this.hasFile = false
    this.syncedBytes = this.sizeBytes
    return marked
  }

  /** The log first: a start takes the rest to be half-done where it has not the same suffix. */
  changeFileSuffix(fileSuffix: string): void {
    this.close()
    const { fileSystem } = this.#handles
    const moves = FILES.map((suffix) => ({ from: this.path(suffix), suffix }))
    this.#fileSuffix = fileSuffix
    for (const { from, suffix } of moves) if (fileSystem.exists(from)) fileSystem.rename(from, this.path(suffix))
    this.#log = undefined
    if (this.#index !== undefined) this.#index.file.path = this.path(INDEX_SUFFIX)
    if (this.#timeIndex !== undefined) this.#timeIndex.file.path = this.path(TIME_INDEX_SUFFIX)
    if (this.#transactionIndex !== undefined) this.#transactionIndex.path = this.path(TXN_INDEX_SUFFIX)
  }

  /** Those of this base offset that end so. */
  removeFiles(...fileSuffixes: readonly string[]): void {
    const { fileSystem } = this.#handles
    for (const fileSuffix of fileSuffixes) {
      for (const suffix of FILES) {
        const path = `${this.#directory}/${segmentFileName(this.baseOffset, suffix)}${fileSuffix}`
        if (fileSystem.exists(path)) fileSystem.removeFile(path)
      }
    }
  }
}
