// A member of a classic consumer group: joins, gets its share of the partitions, keeps its session alive, rejoins when
// the group rebalances. Eager: at each rebalance everything is revoked first.
import { type ErrorName, KafkaError } from '../error-codes.ts'
import type { Timer } from '../ports.ts'
import type { Client } from './client.ts'
import { decodeSubscription, encodeAssignment } from './consumer-protocol.ts'
import { isRetriable } from './errors.ts'
import type { CommitIdentity } from './group-offsets.ts'
import {
  beat,
  type Generation,
  type Joined,
  join,
  leave,
  MemberIdRequired,
  type MemberSettings,
  sync
} from './group-protocol.ts'
import type { TopicPartition } from './leaders.ts'
import { assignRanges } from './range-assignor.ts'

export interface GroupMemberOptions {
  readonly groupId: string
  readonly topics: readonly string[]
  readonly groupInstanceId?: string | null
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
  readonly heartbeatIntervalMs?: number
  /** Called with the new share, also when it is empty; awaited before the first heartbeat. */
  onAssigned(partitions: readonly TopicPartition[]): Promise<void> | void
  /** The last moment to commit what was done with the share. Not called when the membership was lost already. */
  onRevoked(partitions: readonly TopicPartition[]): Promise<void> | void
  /** The group threw the member out: its share may have another owner by now, commits would be refused. */
  onLost?(partitions: readonly TopicPartition[]): void
}

const RETRY_BACKOFF_MS = 100

export class GroupMember {
  readonly #client: Client
  readonly #options: GroupMemberOptions
  readonly #settings: MemberSettings
  readonly #heartbeatIntervalMs: number
  #memberId = ''
  #generationId = -1
  #partitions: readonly TopicPartition[] = []
  #isClosed = false
  /** Not in the group, for errors that may pass, since then. */
  #failingSinceMs: number | undefined
  #wake: (() => void) | undefined

  constructor(client: Client, options: GroupMemberOptions) {
    this.#client = client
    this.#options = options
    this.#heartbeatIntervalMs = options.heartbeatIntervalMs ?? 3_000
    this.#settings = {
      groupId: options.groupId,
      topics: options.topics,
      groupInstanceId: options.groupInstanceId ?? null,
      sessionTimeoutMs: options.sessionTimeoutMs ?? 45_000,
      rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000
    }
  }

  /** For commits of what this member owns. */
  get identity(): CommitIdentity {
    const { groupInstanceId } = this.#settings
    return { generationId: this.#generationId, memberId: this.#memberId, groupInstanceId }
  }

  /** Lives as a member until `close`; throws what cannot be mended by rejoining. */
  async run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const generation = await this.#rejoin()
        await this.#heartbeatUntilRebalance(generation)
        if (!this.#isClosed) await this.#revoke()
      } catch (error) {
        if (this.#isClosed) return
        await this.#recover(error)
      }
    }
  }

  /** Idempotent. Revokes, then leaves the group; a static member stays in it until its session ends. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#wake?.()
    await this.#revoke()
    if (this.#memberId === '' || this.#settings.groupInstanceId !== null) return
    try {
      await leave(this.#client, this.#settings, this.#memberId)
    } catch (error) {
      // Thrown out already: that is what was wanted.
      if (!(error instanceof KafkaError && error.errorName === 'UNKNOWN_MEMBER_ID')) throw error
    }
  }

  async #rejoin(): Promise<Generation> {
    const joined = await join(this.#client, this.#settings, this.#memberId)
    this.#memberId = joined.memberId
    const generation = { generationId: joined.generationId, memberId: joined.memberId }
    const assignments = joined.leader === joined.memberId && !joined.skipAssignment ? await this.#assign(joined) : []
    const partitions = await sync(this.#client, this.#settings, generation, assignments)
    if (this.#isClosed) return generation
    this.#failingSinceMs = undefined
    this.#generationId = joined.generationId
    this.#partitions = partitions
    await this.#options.onAssigned(partitions)
    return generation
  }

  async #assign(joined: Joined): Promise<{ memberId: string; assignment: Buffer }[]> {
    const members = joined.members.map(({ memberId, groupInstanceId, metadata }) => ({
      memberId,
      groupInstanceId,
      topics: decodeSubscription(metadata)
    }))
    const names = [...new Set(members.flatMap(({ topics }) => topics))]
    const known = (await this.#client.refresh(names)).filter((topic) => topic.errorName === 'NONE')
    const counts = new Map(known.map(({ name, partitions }) => [name, partitions.length]))
    return [...assignRanges(members, counts)].map(([memberId, partitions]) => ({
      memberId,
      assignment: encodeAssignment(partitions)
    }))
  }

  async #heartbeatUntilRebalance(generation: Generation): Promise<void> {
    while (!this.#isClosed) {
      await this.#interruptibleSleep(this.#heartbeatIntervalMs)
      if (this.#isClosed) return
      try {
        await this.#client.retry(() => beat(this.#client, this.#settings, generation), this.#settings.sessionTimeoutMs)
      } catch (error) {
        if (error instanceof KafkaError && error.errorName === 'REBALANCE_IN_PROGRESS') return
        throw error
      }
    }
  }

  async #revoke(): Promise<void> {
    const partitions = this.#partitions
    this.#partitions = []
    if (partitions.length > 0) await this.#options.onRevoked(partitions)
  }

  // What is not thrown here is mended by joining again.
  async #recover(error: unknown): Promise<void> {
    if (error instanceof MemberIdRequired) {
      this.#memberId = error.memberId
      return
    }
    const name: ErrorName | undefined = error instanceof KafkaError ? error.errorName : undefined
    if (name === 'REBALANCE_IN_PROGRESS') return this.#revoke()
    if (name === 'UNKNOWN_MEMBER_ID' || name === 'ILLEGAL_GENERATION') {
      if (name === 'UNKNOWN_MEMBER_ID') this.#memberId = ''
      this.#lose()
      return
    }
    const nowMs = this.#client.clock.monotonicMs()
    this.#failingSinceMs ??= nowMs
    if (!isRetriable(error) || nowMs - this.#failingSinceMs > this.#client.retryTimeoutMs) throw error
    this.#client.forget()
    await this.#interruptibleSleep(RETRY_BACKOFF_MS)
  }

  #lose(): void {
    const partitions = this.#partitions
    this.#partitions = []
    this.#generationId = -1
    if (partitions.length > 0) this.#options.onLost?.(partitions)
  }

  #interruptibleSleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: Timer | undefined
      this.#wake = () => {
        timer?.cancel()
        resolve()
      }
      timer = this.#client.clock.setTimer(delayMs, this.#wake)
    })
  }
}
