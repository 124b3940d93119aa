// What must be there: everything that was acknowledged, and what may be there: the last things that were not.
import { expect } from 'vitest'

export interface Attempt {
  /** At which offset the batch would be. */
  readonly offset: number
  readonly values: readonly string[]
  /** To send again as it was, when an idempotent producer sent it. */
  readonly retry: { producer: ProducerModel; batch: Buffer; nextSequence: number } | undefined
}

export interface ProducerModel {
  readonly id: number
  /** The next sequence number by `topicId-partition`. */
  readonly sequences: Map<string, number>
  /** The last acknowledged batch by `topicId-partition`. */
  readonly last: Map<string, { batch: Buffer; offset: number }>
}

export class PartitionModel {
  /** The acknowledged value at each offset. */
  readonly values: string[] = []
  /** Not acknowledged, in the order in which they were sent. */
  attempts: Attempt[] = []
  startAtMost = 0

  /**
   * What a restart found from `startOffset` to the end. Returns the attempts that turned out not to be there; the others
   * stay attempts, because a power cut may still take what only the kernel has.
   */
  found(startOffset: number, stored: readonly string[]): Attempt[] {
    const end = startOffset + stored.length
    expect(startOffset, 'log start').toBeLessThanOrEqual(this.startAtMost)
    const accepted: Attempt[] = []
    const expected = [...this.values]
    for (const attempt of this.attempts) {
      if (attempt.offset !== expected.length || expected.length >= end) continue
      accepted.push(attempt)
      expected.push(...attempt.values)
    }
    expect(stored, 'records').toEqual(expected.slice(startOffset))
    expect(end, 'log end').toBe(expected.length)
    const lost = this.attempts.filter((attempt) => !accepted.includes(attempt))
    this.attempts = accepted
    return lost
  }
}

export class TopicModel {
  topicId: string | undefined
  readonly partitions: PartitionModel[]
  readonly configs: Map<string, string>

  constructor(topicId: string | undefined, partitions: PartitionModel[], configs: ReadonlyMap<string, string>) {
    this.topicId = topicId
    this.partitions = partitions
    this.configs = new Map(configs)
  }

  with(name: string, value: string): TopicModel {
    return new TopicModel(this.topicId, this.partitions, new Map([...this.configs, [name, value]]))
  }
}

export type Topics = ReadonlyMap<string, TopicModel>

/** Committed offsets of one group and partition: the acknowledged one, or one of those tried since. */
export class CommitModel {
  acknowledged: number | undefined
  attempts: (number | undefined)[] = []
  /** Committed for a topic that was deleted: they go too, but nothing is promised about when. */
  ghosts: (number | undefined)[] = []

  commit(offset: number): void {
    this.acknowledged = offset
    this.attempts = []
    this.ghosts = []
  }

  topicDeleted(): void {
    this.ghosts.push(this.acknowledged, ...this.attempts)
    this.acknowledged = undefined
    this.attempts = []
  }

  found(offset: number | undefined, isSafe: boolean, where: string): void {
    expect([this.acknowledged, ...this.attempts, ...this.ghosts], `committed offset of ${where}`).toContain(offset)
    if (isSafe) this.acknowledged = offset
    this.attempts = isSafe ? [] : [offset]
  }
}
