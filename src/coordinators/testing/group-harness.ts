// A group coordinator on a manual clock and a log in memory, with requests in short form.
import { ConfigValues } from '../../configs/config-values.ts'
import type { Logger } from '../../ports.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import type { JoinRequest, JoinResponse, SyncRequest, SyncResponse } from '../group/classic-member.ts'
import { GroupCoordinator } from '../group/group-coordinator.ts'
import type { OffsetCommitRequest } from '../group/offset-commit.ts'
import { ManualClock } from './manual-clock.ts'
import { type MemoryLog, MemoryLogs } from './memory-logs.ts'
import { seededRandom } from './seeded-random.ts'

export const GROUP = 'g'
export const SESSION_MS = 10_000
export const REBALANCE_MS = 60_000

/** What a consumer sends as its metadata: ConsumerProtocol subscription, version 0, no user data. */
export function subscription(...topics: string[]): Buffer {
  const parts = [Buffer.from([0, 0]), int32(topics.length)]
  for (const topic of topics) parts.push(Buffer.from([0, topic.length]), Buffer.from(topic))
  return Buffer.concat([...parts, int32(-1)])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export const quietLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** An answer that may still be missing. */
export class Pending<T> {
  value: T | undefined
  constructor(answer: T | Promise<T>) {
    if (answer instanceof Promise) {
      void answer.then((late) => {
        this.value = late
      })
    } else this.value = answer
  }

  get isWaiting(): boolean {
    return this.value === undefined
  }

  /** The answer; fails the test when it is not there. */
  get now(): T {
    if (this.value === undefined) throw new Error('not answered yet')
    return this.value
  }
}

/** An answer that must be there at once. */
export function immediate<T>(answer: T | Promise<T>): T {
  if (answer instanceof Promise) throw new Error('not answered yet')
  return answer
}

/** Lets the promises that were resolved run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export interface JoinOptions extends Partial<JoinRequest> {
  readonly apiVersion?: number
  readonly clientId?: string
}

export class GroupHarness {
  readonly clock = new ManualClock()
  readonly logs: MemoryLogs
  readonly #config: Record<string, string>
  readonly #random = seededRandom(7)
  #logger: Logger
  groups: GroupCoordinator

  constructor(config: Record<string, string> = {}, logs = new MemoryLogs(), logger: Logger = quietLogger) {
    this.#config = { 'group.initial.rebalance.delay.ms': '0', ...config }
    this.logs = logs
    this.#logger = logger
    this.groups = this.fresh()
  }

  /** Another coordinator on the same log: what a restart finds. */
  fresh(): GroupCoordinator {
    const settings = Object.entries(this.#config).map(([name, value]) => [name, value, 'override'] as const)
    const config = new ConfigValues(settings)
    return new GroupCoordinator({
      logs: this.logs,
      clock: this.clock,
      random: this.#random,
      logger: this.#logger,
      config
    })
  }

  restart(): void {
    this.groups.close()
    this.groups = this.fresh()
    this.groups.shards()
  }

  get log(): MemoryLog {
    return this.logs.log(0)!
  }

  /** The state of a group as ListGroups and DescribeGroups show it. */
  state(groupId = GROUP): string | undefined {
    return this.groups.describeGroup(groupId, 0).groupState
  }

  join({ apiVersion = 9, clientId = 'client', ...request }: JoinOptions = {}): Pending<JoinResponse> {
    const defaults: JoinRequest = {
      groupId: GROUP,
      sessionTimeoutMs: SESSION_MS,
      rebalanceTimeoutMs: REBALANCE_MS,
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription('t') }],
      reason: null
    }
    const from = { apiVersion, clientId, clientHost: '/127.0.0.1' }
    return new Pending(this.groups.joinGroup({ ...defaults, ...request }, from))
  }

  /** The member id that MEMBER_ID_REQUIRED brings. */
  newMemberId(options: JoinOptions = {}): string {
    return this.join(options).now.memberId!
  }

  sync(request: Partial<SyncRequest>): Pending<SyncResponse> {
    const defaults: SyncRequest = {
      groupId: GROUP,
      generationId: 1,
      memberId: '',
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: []
    }
    return new Pending(this.groups.syncGroup({ ...defaults, ...request }))
  }

  heartbeat(memberId: string, generationId: number, groupInstanceId: string | null = null): number {
    const answer = this.groups.heartbeat({ groupId: GROUP, memberId, generationId, groupInstanceId })
    return answer.errorCode!
  }

  leave(memberId: string, groupInstanceId: string | null = null): (number | undefined)[] {
    const { errorCode, members } = this.groups.leaveGroup(GROUP, [{ memberId, groupInstanceId, reason: null }])
    return [errorCode, ...(members ?? []).map((member) => member.errorCode)]
  }

  /** The error of each partition committed. */
  commit(offsets: Record<number, number>, request: Partial<OffsetCommitRequest> = {}, apiVersion = 9): number[] {
    const partitions = Object.entries(offsets).map(([partition, offset]) => ({
      partitionIndex: Number(partition),
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: ''
    }))
    const defaults: OffsetCommitRequest = {
      groupId: GROUP,
      generationIdOrMemberEpoch: -1,
      memberId: '',
      groupInstanceId: null,
      retentionTimeMs: -1,
      topics: [{ name: 't', topicId: ZERO_UUID, partitions }]
    }
    const { topics } = immediate(this.groups.commitOffsets({ ...defaults, ...request }, apiVersion))
    return topics!.flatMap((topic) => topic.partitions!.map(({ errorCode }) => errorCode!))
  }

  /** Everything the group committed: `topic-partition` -> offset. */
  offsets(groupId = GROUP): Record<string, number> {
    const { topics } = this.groups.fetchOffsets({ groupId, topics: null }, false)
    const all: Record<string, number> = {}
    for (const { name, partitions } of topics ?? []) {
      for (const { partitionIndex, committedOffset } of partitions ?? []) {
        all[`${name}-${partitionIndex}`] = committedOffset!
      }
    }
    return all
  }

  /** Members that joined, synced, and are stable; the first one leads. */
  async stableGroup(count: number, options: JoinOptions = {}): Promise<StableGroup> {
    const ids = Array.from({ length: count }, () => this.newMemberId(options))
    const joined: Pending<JoinResponse>[] = []
    for (const memberId of ids) joined.push(this.join({ ...options, memberId }))
    await settle()
    // The first one formed a generation of its own: it rejoins, as its heartbeat tells it to.
    const first = count === 1 ? joined[0] : this.join({ ...options, memberId: ids[0] })
    await settle()
    const { generationId, leader } = first.now
    const assignments = ids.map((memberId, i) => ({ memberId, assignment: Buffer.from([i]) }))
    const followers = ids.filter((memberId) => memberId !== leader)
    for (const memberId of [leader!, ...followers]) {
      this.sync({ memberId, generationId, assignments: memberId === leader ? assignments : [] })
    }
    await settle()
    return { ids, leader: leader!, generationId: generationId! }
  }
}

export interface StableGroup {
  readonly ids: string[]
  readonly leader: string
  readonly generationId: number
}
