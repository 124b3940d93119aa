// The deadlines of groups: a member's session, a group's rebalance phases, and the round that looks for old offsets.
import type { Deadline } from '../deadline-queue.ts'

export type GroupDeadlineKind = 'session' | 'initialRebalance' | 'join' | 'sync' | 'expiry'

export class GroupDeadline implements Deadline {
  readonly partition: number
  readonly groupId: string
  readonly memberId: string
  kind: GroupDeadlineKind
  /** Initial rebalance: how long this wait is, and how much may still follow while members keep coming. */
  delayMs = 0
  remainingMs = 0
  /** Sync: the generation that is waited for. */
  generationId = 0
  atMs = Number.POSITIVE_INFINITY
  queuedAtMs = Number.POSITIVE_INFINITY

  constructor(kind: GroupDeadlineKind, partition: number, groupId = '', memberId = '') {
    this.kind = kind
    this.partition = partition
    this.groupId = groupId
    this.memberId = memberId
  }
}
