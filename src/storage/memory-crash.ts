// What a power cut leaves of the names in a file system in memory: what was there at the last directory sync plus a prefix
// of what was done since (file systems journal names in order).

import type { Random } from '../ports.ts'
import type { MemoryTree } from './memory-tree.ts'

export type NameChange = (tree: MemoryTree) => void

/** The names that are on the disk, and what was done to them since. */
export class NameJournal {
  #durable: MemoryTree
  #changes: NameChange[] = []

  constructor(tree: MemoryTree) {
    this.#durable = tree.clone()
  }

  record(change: NameChange): void {
    this.#changes.push(change)
  }

  synced(): void {
    for (const change of this.#changes) change(this.#durable)
    this.#changes = []
  }

  loseUnsynced(random: Random): MemoryTree {
    const kept = Math.floor(random.float() * (this.#changes.length + 1))
    for (const change of this.#changes.slice(0, kept)) change(this.#durable)
    this.#changes = []
    return this.#durable.clone()
  }
}
