// A classic group: its members, who leads, what was agreed, and who is still waited for. Only the steps beside this file
// (join, rebalance, sync, leave, ...) change it. What the log knows of it is `written`; the rest is gone with the
// process, and the members form the group anew.
import { KafkaError } from '../../error-codes.ts'
import type { ClassicMember, JoinResponse, MemberProtocol, SyncResponse } from './classic-member.ts'
import { type ClassicState, canFollow } from './classic-state.ts'
import { GroupDeadline } from './group-deadline.ts'
import type { GroupMetadataValue } from './group-record.ts'
import { ProtocolSupport } from './protocol-support.ts'
import { CONSUMER_PROTOCOL_TYPE, subscribedTopics } from './subscribed-topics.ts'

export class ClassicGroup {
  readonly type = 'classic'
  readonly groupId: string
  state: ClassicState = 'Empty'
  previousState: ClassicState = 'Dead'
  /** When the state was entered; -1 when an old record did not tell. */
  stateTimestampMs: number
  protocolType: string | null = null
  protocolName: string | null = null
  generationId = 0
  leaderId: string | null = null
  /** A member joined while the group's first rebalance was being held back for more of them. */
  newMemberAdded = false
  /** The last record of the group in the log; null for one that only committed offsets. */
  written: GroupMetadataValue | null = null
  readonly members = new Map<string, ClassicMember>()
  /** Member id by group.instance.id (KIP-345). */
  readonly staticMembers = new Map<string, string>()
  /** Members that were given an id and told to come back with it (KIP-394), with their deadline for that. */
  readonly pendingJoins = new Map<string, GroupDeadline>()
  readonly pendingSyncs = new Set<string>()
  readonly rebalance: GroupDeadline
  readonly sync: GroupDeadline
  readonly #support = new ProtocolSupport()
  #awaitingJoinCount = 0
  #subscribedTopics: ReadonlySet<string> | undefined

  constructor(groupId: string, partition: number, nowMs: number) {
    this.groupId = groupId
    this.stateTimestampMs = nowMs
    this.rebalance = new GroupDeadline('join', partition, groupId)
    this.sync = new GroupDeadline('sync', partition, groupId)
  }

  get isEmpty(): boolean {
    return this.state === 'Empty'
  }

  get awaitingJoinCount(): number {
    return this.#awaitingJoinCount
  }

  get hasAllMembersJoined(): boolean {
    return this.members.size === this.#awaitingJoinCount && this.pendingJoins.size === 0
  }

  get canRebalance(): boolean {
    return canFollow(this.state, 'PreparingRebalance')
  }

  /** The longest that any member asks for. */
  get rebalanceTimeoutMs(): number {
    let longestMs = 0
    for (const { rebalanceTimeoutMs } of this.members.values()) longestMs = Math.max(longestMs, rebalanceTimeoutMs)
    return longestMs
  }

  isLeader(memberId: string): boolean {
    return this.leaderId === memberId
  }

  transitionTo(state: ClassicState, nowMs: number): void {
    if (!canFollow(this.state, state)) {
      throw new Error(`group ${this.groupId} cannot go from ${this.state} to ${state}`)
    }
    this.previousState = this.state
    this.state = state
    this.stateTimestampMs = nowMs
  }

  /** Whether a member with these could become part of the group. */
  supportsProtocols(protocolType: string, protocols: readonly MemberProtocol[]): boolean {
    if (this.state === 'Empty') return protocolType !== '' && protocols.length > 0
    return (
      this.protocolType === protocolType &&
      protocols.some(({ name }) => this.#support.isSupportedByAll(name, this.members.size))
    )
  }

  selectProtocol(): string {
    return this.#support.select(this.members.values(), this.members.size)
  }

  add(member: ClassicMember): void {
    if (member.groupInstanceId !== null) {
      if (this.staticMembers.has(member.groupInstanceId)) {
        throw new Error(`${member.groupInstanceId} is already a static member of group ${this.groupId}`)
      }
      this.staticMembers.set(member.groupInstanceId, member.memberId)
    }
    if (this.members.size === 0) this.protocolType = member.protocolType
    this.leaderId ??= member.memberId
    this.members.set(member.memberId, member)
    this.#support.add(member.protocols)
    if (member.awaitingJoin !== undefined) this.#awaitingJoinCount++
    this.pendingJoins.delete(member.memberId)
  }

  /** Of a member or of a pending one; the deadline of its session is the caller's to cancel. */
  remove(memberId: string): void {
    const member = this.members.get(memberId)
    if (member !== undefined) {
      this.members.delete(memberId)
      this.#support.remove(member.protocols)
      if (member.awaitingJoin !== undefined) this.#awaitingJoinCount--
      if (member.groupInstanceId !== null) this.staticMembers.delete(member.groupInstanceId)
    }
    if (this.leaderId === memberId) {
      const next = this.members.keys().next()
      this.leaderId = next.done === true ? null : next.value
    }
    this.pendingJoins.delete(memberId)
    this.pendingSyncs.delete(memberId)
  }

  /** A static member came back under a new member id and takes the place, and the leadership, of its old self. */
  replace(old: ClassicMember, successor: ClassicMember): void {
    this.members.delete(old.memberId)
    this.members.set(successor.memberId, successor)
    if (this.leaderId === old.memberId) this.leaderId = successor.memberId
    if (successor.groupInstanceId !== null) this.staticMembers.set(successor.groupInstanceId, successor.memberId)
  }

  updateMember(
    member: ClassicMember,
    update: Pick<ClassicMember, 'protocols' | 'rebalanceTimeoutMs' | 'sessionTimeoutMs' | 'awaitingJoin'>
  ): void {
    this.#support.remove(member.protocols)
    this.#support.add(update.protocols)
    if (update.awaitingJoin !== undefined && member.awaitingJoin === undefined) this.#awaitingJoinCount++
    if (update.awaitingJoin === undefined && member.awaitingJoin !== undefined) this.#awaitingJoinCount--
    member.protocols = update.protocols
    member.rebalanceTimeoutMs = update.rebalanceTimeoutMs
    member.sessionTimeoutMs = update.sessionTimeoutMs
    member.awaitingJoin = update.awaitingJoin
  }

  answerJoin(member: ClassicMember, response: JoinResponse): void {
    if (member.awaitingJoin === undefined) return
    member.awaitingJoin.settle(response)
    member.awaitingJoin = undefined
    this.#awaitingJoinCount--
  }

  /** Whether the member waited for it. */
  answerSync(member: ClassicMember, response: SyncResponse): boolean {
    if (member.awaitingSync === undefined) return false
    member.awaitingSync.settle(response)
    member.awaitingSync = undefined
    return true
  }

  /** False when there is no member left that could lead. A leader that did not rejoin loses its post to one who did. */
  electJoinedLeader(): boolean {
    if (this.leaderId === null) return false
    if (this.members.get(this.leaderId)?.awaitingJoin !== undefined) return true
    for (const member of this.members.values()) {
      if (member.awaitingJoin !== undefined) {
        this.leaderId = member.memberId
        return true
      }
    }
    return false
  }

  nextGeneration(nowMs: number): void {
    this.generationId++
    this.protocolName = this.members.size === 0 ? null : this.selectProtocol()
    this.readSubscription()
    this.transitionTo(this.members.size === 0 ? 'Empty' : 'CompletingRebalance', nowMs)
    this.pendingSyncs.clear()
  }

  /** UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID for a static member that was replaced. */
  validateMember(memberId: string, groupInstanceId: string | null): void {
    if (groupInstanceId !== null) {
      const current = this.staticMembers.get(groupInstanceId)
      if (current === undefined) throw new KafkaError('UNKNOWN_MEMBER_ID')
      if (current !== memberId) throw new KafkaError('FENCED_INSTANCE_ID')
    }
    if (!this.members.has(memberId)) throw new KafkaError('UNKNOWN_MEMBER_ID')
  }

  /** As of the last completed rebalance; a group that cannot be understood counts as subscribed to everything. */
  isSubscribedTo(topic: string): boolean {
    return this.#subscribedTopics?.has(topic) ?? this.protocolType === CONSUMER_PROTOCOL_TYPE
  }

  get subscribedTopics(): ReadonlySet<string> | undefined {
    return this.#subscribedTopics
  }

  readSubscription(): void {
    const isConsumerGroup = this.protocolType === CONSUMER_PROTOCOL_TYPE
    this.#subscribedTopics = isConsumerGroup ? subscribedTopics(this.members.values(), this.protocolName) : undefined
  }
}
