// Where `consume -e` stops: the end offset of each partition at the time it looked.
import { partitionKey, type TopicPartition } from '../../client/leaders.ts'

interface End extends TopicPartition {
  readonly endOffset: number
}

interface Position extends TopicPartition {
  readonly offset: number
}

export class Ends {
  readonly #ends: ReadonlyMap<string, number>

  constructor(ends: readonly End[]) {
    this.#ends = new Map(ends.map(({ topic, partition, endOffset }) => [partitionKey(topic, partition), endOffset]))
  }

  of({ topic, partition }: TopicPartition): number {
    return this.#ends.get(partitionKey(topic, partition)) ?? 0
  }

  /** Those that are not at their end yet. */
  remaining(positions: readonly Position[]): Position[] {
    return positions.filter((position) => position.offset < this.of(position))
  }
}
