// `consume -g`: a member of a group. What was printed is committed: every few seconds, before partitions are given
// away, and on the way out. Nothing is printed of a partition after it was given away.
import type { Client } from '../../client/client.ts'
import { Fetcher, type FetcherOptions } from '../../client/fetcher.ts'
import { GroupMember } from '../../client/group-member.ts'
import { commitOffsets, committedOffsets } from '../../client/group-offsets.ts'
import { partitionKey, type TopicPartition } from '../../client/leaders.ts'
import { type ErrorName, KafkaError } from '../../error-codes.ts'
import type { ClientSettings } from '../client-settings.ts'
import { type OffsetSpec, offsetRanges, resolveOffsets } from '../offset-spec.ts'
import { onStopSignal } from '../stop-signal.ts'
import { Ends } from './ends.ts'
import type { Printer } from './printer.ts'

export interface GroupRun {
  readonly client: Client
  readonly group: string
  readonly topics: readonly string[]
  readonly start: OffsetSpec
  readonly stopAtEnd: boolean
  readonly printer: Printer
  readonly options: FetcherOptions
  readonly settings: ClientSettings
}

const COMMIT_INTERVAL_MS = 5_000
// Quicker than the 45 s and 3 s of Java's consumer: whoever watches a terminal wants a rebalance now.
const SESSION_TIMEOUT_MS = 10_000
const HEARTBEAT_INTERVAL_MS = 1_000
// The group goes on without this commit: the partition has, or will have, another owner.
const COMMIT_RACES: readonly ErrorName[] = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']

export function consumeInGroup(run: GroupRun): Promise<void> {
  return new GroupConsumer(run).run()
}

class GroupConsumer {
  readonly #run: GroupRun
  readonly #fetcher: Fetcher
  readonly #member: GroupMember
  /** Printed but not committed: the next offset by partition. */
  readonly #uncommitted = new Map<string, TopicPartition & { offset: number }>()
  #ends: Ends | undefined
  /** Counts assignments, so that records fetched before one are not printed after it. */
  #assignment = 0
  #isAssigned = false
  #isStopped = false

  constructor(run: GroupRun) {
    this.#run = run
    const { client, settings } = run
    this.#fetcher = new Fetcher(client, { onOutOfRange: 'earliest', ...run.options })
    this.#member = new GroupMember(client, {
      groupId: run.group,
      topics: run.topics,
      groupInstanceId: settings.string('group.instance.id'),
      sessionTimeoutMs: settings.int('session.timeout.ms') ?? SESSION_TIMEOUT_MS,
      heartbeatIntervalMs: settings.int('heartbeat.interval.ms') ?? HEARTBEAT_INTERVAL_MS,
      rebalanceTimeoutMs: settings.int('max.poll.interval.ms'),
      onAssigned: (partitions) => this.#onAssigned(partitions),
      onRevoked: () => this.#onRevoked(),
      onLost: () => this.#drop()
    })
  }

  async run(): Promise<void> {
    let failure: unknown
    const unlisten = onStopSignal(() => this.#stop())
    // A failed membership ends the loop below, which would otherwise wait for records for ever.
    const membership = this.#member.run().catch((error: unknown) => {
      failure = error
      this.#stop()
    })
    try {
      await this.#printUntilDone()
    } finally {
      unlisten()
      // The last commit happens when the member gives its partitions back.
      await this.#member.close()
    }
    await membership
    if (failure !== undefined) throw failure
  }

  #stop(): void {
    this.#isStopped = true
    this.#fetcher.close()
  }

  async #printUntilDone(): Promise<void> {
    const { client, printer, settings } = this.#run
    const intervalMs = settings.int('auto.commit.interval.ms') ?? COMMIT_INTERVAL_MS
    let nextCommitMs = client.clock.monotonicMs() + intervalMs
    while (!this.#isStopped && !printer.isDone && !this.#isAtEnd()) {
      const assignment = this.#assignment
      for (const fetched of await this.#fetcher.poll()) {
        const end = this.#ends?.of(fetched)
        if (assignment !== this.#assignment || this.#isStopped || printer.isDone) break
        const offset = await printer.print(fetched, end)
        if (assignment !== this.#assignment) break
        const { topic, partition } = fetched
        this.#uncommitted.set(partitionKey(topic, partition), { topic, partition, offset })
        if (end !== undefined && offset >= end) this.#fetcher.remove(fetched)
      }
      if (client.clock.monotonicMs() >= nextCommitMs) {
        await this.#commit()
        nextCommitMs = client.clock.monotonicMs() + intervalMs
      }
    }
  }

  /** With -e: every assigned partition was read up to where it ended when it was assigned. */
  #isAtEnd(): boolean {
    return this.#run.stopAtEnd && this.#isAssigned && this.#fetcher.positions.length === 0
  }

  async #onAssigned(partitions: readonly TopicPartition[]): Promise<void> {
    const { client, group, start, stopAtEnd, options } = this.#run
    this.#drop()
    const assignment = this.#assignment
    const committed = new Map(
      (partitions.length === 0 ? [] : await committedOffsets(client, group, partitions)).map(
        ({ topic, partition, offset }) => [partitionKey(topic, partition), offset]
      )
    )
    const ranges = await offsetRanges(client, partitions, options.isolation)
    const starts = await resolveOffsets(client, ranges, start)
    if (assignment !== this.#assignment) return
    const positions = partitions.map(({ topic, partition }, index) => ({
      topic,
      partition,
      offset: committed.get(partitionKey(topic, partition)) ?? starts[index]
    }))
    this.#ends = stopAtEnd ? new Ends(ranges) : undefined
    this.#isAssigned = true
    this.#fetcher.assign(this.#ends?.remaining(positions) ?? positions)
  }

  async #onRevoked(): Promise<void> {
    this.#fetcher.assign([])
    this.#isAssigned = false
    this.#assignment++
    await this.#commit()
  }

  #drop(): void {
    this.#fetcher.assign([])
    this.#isAssigned = false
    this.#assignment++
    this.#uncommitted.clear()
  }

  async #commit(): Promise<void> {
    const { client, group, settings } = this.#run
    const offsets = [...this.#uncommitted.values()]
    if (offsets.length === 0 || settings.boolean('enable.auto.commit') === false) return
    try {
      await commitOffsets(client, group, offsets, this.#member.identity)
    } catch (error) {
      if (!(error instanceof KafkaError && COMMIT_RACES.includes(error.errorName))) throw error
      return
    }
    for (const { topic, partition, offset } of offsets) {
      const key = partitionKey(topic, partition)
      if (this.#uncommitted.get(key)?.offset === offset) this.#uncommitted.delete(key)
    }
  }
}
