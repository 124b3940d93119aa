// Which leader epoch wrote which part of a log: the first offset of each epoch, both strictly increasing (KIP-101). Kept
// in `leader-epoch-checkpoint`, one `<epoch> <startOffset>` a line. An epoch without data is dropped at load, so the file
// is only written when the first batch of an epoch is about to be.

import type { FileSystem } from '../ports.ts'
import { replaceFile } from './atomic-file.ts'
import { formatCheckpoint, MalformedCheckpointError, parseCheckpoint, parseWholeNumber } from './checkpoint-file.ts'

export interface EpochEntry {
  epoch: number
  startOffset: number
}

export interface EpochEndOffset {
  leaderEpoch: number
  endOffset: number
}

export const UNDEFINED_EPOCH = -1
export const UNDEFINED_EPOCH_OFFSET = -1

export class LeaderEpochs {
  #entries: EpochEntry[] = []
  /** The file does not say what memory says. */
  #isDirty = false
  #hasFile = false

  static load(fileSystem: FileSystem, path: string): LeaderEpochs {
    const epochs = new LeaderEpochs()
    for (const line of parseCheckpoint(path, fileSystem.readFile(path).toString())) {
      const [epoch, startOffset, ...rest] = line.split(/\s+/).map(parseWholeNumber)
      if (epoch === undefined || startOffset === undefined || rest.length > 0 || epoch < 0 || startOffset < 0) {
        throw new MalformedCheckpointError(path, `the line '${line}' is not an epoch and an offset`)
      }
      epochs.assign(epoch, startOffset)
    }
    epochs.#isDirty = false
    epochs.#hasFile = true
    return epochs
  }

  get entries(): readonly EpochEntry[] {
    return this.#entries
  }

  get latest(): number | undefined {
    return this.#entries.at(-1)?.epoch
  }

  get isDirty(): boolean {
    return this.#isDirty
  }

  /** An epoch begins at an offset: entries it contradicts go first, so that both columns keep increasing. */
  assign(epoch: number, startOffset: number): void {
    const last = this.#entries.at(-1)
    if (last !== undefined && last.epoch === epoch && startOffset >= last.startOffset) return
    while (this.#entries.length > 0) {
      const newest = this.#entries[this.#entries.length - 1]
      if (newest.epoch < epoch && newest.startOffset < startOffset) break
      this.#entries.pop()
    }
    this.#entries.push({ epoch, startOffset })
    this.#isDirty = true
  }

  /** The log now ends at `endOffset`: epochs that began there or later never happened. */
  truncateFromEnd(endOffset: number): void {
    const kept = this.#entries.filter((entry) => entry.startOffset < endOffset)
    if (kept.length === this.#entries.length) return
    this.#entries = kept
    this.#isDirty = true
  }

  /** The log now starts at `startOffset`: what came before collapses into the epoch in force there. */
  truncateFromStart(startOffset: number): void {
    const before = this.#entries.filter((entry) => entry.startOffset <= startOffset)
    const inForce = before.at(-1)
    if (inForce === undefined || (before.length === 1 && inForce.startOffset === startOffset)) return
    this.#entries.splice(0, before.length, { epoch: inForce.epoch, startOffset })
    this.#isDirty = true
  }

  clear(): void {
    this.#entries = []
    this.#isDirty = true
  }

  epochOf(offset: number): number | undefined {
    let found: number | undefined
    for (const entry of this.#entries) {
      if (entry.startOffset > offset) break
      found = entry.epoch
    }
    return found
  }

  /** What OffsetForLeaderEpoch answers: where the asked epoch, or the greatest one below it, ends. */
  endOffsetFor(requested: number, logEndOffset: number): EpochEndOffset {
    if (requested === UNDEFINED_EPOCH) return undefinedEnd()
    if (requested === this.latest) return { leaderEpoch: requested, endOffset: logEndOffset }
    const higher = this.#entries.find((entry) => entry.epoch > requested)
    if (higher === undefined) return undefinedEnd()
    const floor = this.#entries.findLast((entry) => entry.epoch <= requested)
    return { leaderEpoch: floor?.epoch ?? requested, endOffset: higher.startOffset }
  }

  /** Writes the file when it is out of date; returns whether it did. Not synced: see the log's flush. */
  writeIfDirty(fileSystem: FileSystem, path: string): boolean {
    if (!this.#isDirty && (this.#hasFile || this.#entries.length === 0)) return false
    replaceFile(fileSystem, path, this.format())
    this.#isDirty = false
    this.#hasFile = true
    return true
  }

  format(): string {
    return formatCheckpoint(this.#entries.map(({ epoch, startOffset }) => `${epoch} ${startOffset}`))
  }
}

function undefinedEnd(): EpochEndOffset {
  return { leaderEpoch: UNDEFINED_EPOCH, endOffset: UNDEFINED_EPOCH_OFFSET }
}
