// Which partition a record goes to, as Apache Kafka's default partitioner decides it, so that a key lands where every
// other Java-compatible client puts it.
import type { Random } from '../ports.ts'

const SEED = 0x9747b28c
const M = 0x5bd1e995

/** MurmurHash2, 32 bits, with Kafka's seed; the result is a signed int32 as in Java. */
export function murmur2(data: Buffer): number {
  const { length } = data
  let h = SEED ^ length
  let position = 0
  for (; position + 4 <= length; position += 4) {
    let k = Math.imul(data.readInt32LE(position), M)
    k ^= k >>> 24
    h = Math.imul(h, M) ^ Math.imul(k, M)
  }
  const rest = length - position
  if (rest > 0) {
    for (let index = rest - 1; index >= 0; index--) h ^= data[position + index]! << (8 * index)
    h = Math.imul(h, M)
  }
  h ^= h >>> 13
  h = Math.imul(h, M)
  return h ^ (h >>> 15)
}

export function partitionForKey(key: Buffer, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount
}

/** Records without a key stay on one partition until its batch is full, then move to another, drawn at random. */
export class StickyPartitioner {
  readonly #random: Random
  readonly #current = new Map<string, number>()

  constructor(random: Random) {
    this.#random = random
  }

  partition(topic: string, partitionCount: number): number {
    const known = this.#current.get(topic)
    if (known !== undefined && known < partitionCount) return known
    const drawn = Math.floor(this.#random.float() * partitionCount)
    this.#current.set(topic, drawn)
    return drawn
  }

  /** The batch of the current partition is on its way. */
  onBatchFull(topic: string, partitionCount: number): void {
    const current = this.#current.get(topic)
    if (current === undefined || partitionCount < 2) return
    // Drawn among the others, so that it always moves.
    const step = 1 + Math.floor(this.#random.float() * (partitionCount - 1))
    this.#current.set(topic, (current + step) % partitionCount)
  }
}
