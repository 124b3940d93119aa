// One file in memory. After a power cut it holds what was synced, plus any of the later writes: each whole, torn at a
// sector or gone, in any combination.

import type { Random } from '../ports.ts'
import { MemoryContent } from './memory-content.ts'

type Change = { position: number; data: Buffer } | { truncateTo: number }

const SECTOR_BYTES = 512

export class MemoryFileNode {
  content = new MemoryContent()
  readonly #isTracked: boolean
  #durable: Buffer = Buffer.alloc(0)
  #unsynced: Change[] = []

  constructor(isTracked: boolean) {
    this.#isTracked = isTracked
  }

  write(data: Buffer, position: number): void {
    this.content.write(data, position)
    if (this.#isTracked) this.#unsynced.push({ position, data: Buffer.from(data) })
  }

  truncate(size: number): void {
    this.content.truncate(size)
    if (this.#isTracked) this.#unsynced.push({ truncateTo: size })
  }

  synced(): void {
    if (!this.#isTracked || this.#unsynced.length === 0) return
    this.#durable = this.content.toBuffer()
    this.#unsynced = []
  }

  get hasUnsynced(): boolean {
    return this.#unsynced.length > 0
  }

  loseUnsynced(random: Random): void {
    const survivor = new MemoryContent()
    survivor.write(this.#durable, 0)
    for (const change of this.#unsynced) {
      const fate = random.float()
      if ('truncateTo' in change) {
        if (fate < 0.5) survivor.truncate(change.truncateTo)
      } else if (fate < 0.4) survivor.write(change.data, change.position)
      else if (fate < 0.7) {
        const sectors = Math.floor((random.float() * change.data.length) / SECTOR_BYTES)
        survivor.write(change.data.subarray(0, sectors * SECTOR_BYTES), change.position)
      }
    }
    this.content = survivor
    this.#durable = survivor.toBuffer()
    this.#unsynced = []
  }
}
