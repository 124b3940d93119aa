// One member of a classic group.
import type { joinGroup } from '../../protocol/messages/join-group.ts'
import type { syncGroup } from '../../protocol/messages/sync-group.ts'
import type { RequestOf, ResponseInitOf } from '../../protocol/schema.ts'
import type { Reply } from '../reply.ts'
import type { GroupDeadline } from './group-deadline.ts'

export type JoinRequest = RequestOf<typeof joinGroup>
export type JoinResponse = ResponseInitOf<typeof joinGroup>
export type SyncRequest = RequestOf<typeof syncGroup>
export type SyncResponse = ResponseInitOf<typeof syncGroup>

export const EMPTY_ASSIGNMENT = Buffer.alloc(0)

/** A way to assign partitions that the member offers, best first, with what the leader needs to know for it. */
export interface MemberProtocol {
  readonly name: string
  readonly metadata: Buffer
}

export interface MemberInit {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly rebalanceTimeoutMs: number
  readonly sessionTimeoutMs: number
  readonly protocolType: string
  readonly protocols: readonly MemberProtocol[]
  readonly assignment?: Buffer
  /** The session's deadline, unset or running. */
  readonly session: GroupDeadline
}

/** Their bytes are copied: they outlive the frame that brought them. */
export const copyProtocols = (protocols: readonly MemberProtocol[]): MemberProtocol[] =>
  protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }))

export class ClassicMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly protocolType: string
  readonly session: GroupDeadline
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  protocols: readonly MemberProtocol[]
  assignment: Buffer
  awaitingJoin: Reply<JoinResponse> | undefined
  awaitingSync: Reply<SyncResponse> | undefined
  /** Joined and never answered yet: it knows no member id and cannot send heartbeats. */
  isNew = false

  constructor(init: MemberInit) {
    this.memberId = init.memberId
    this.groupInstanceId = init.groupInstanceId
    this.clientId = init.clientId
    this.clientHost = init.clientHost
    this.rebalanceTimeoutMs = init.rebalanceTimeoutMs
    this.sessionTimeoutMs = init.sessionTimeoutMs
    this.protocolType = init.protocolType
    this.protocols = init.protocols
    this.assignment = init.assignment ?? EMPTY_ASSIGNMENT
    this.session = init.session
  }

  /** Whoever waits for an answer of ours is alive; a new member is not believed for ever. */
  get hasSatisfiedHeartbeat(): boolean {
    return !this.isNew && (this.awaitingJoin !== undefined || this.awaitingSync !== undefined)
  }

  metadataOf(protocolName: string | null): Buffer {
    for (const { name, metadata } of this.protocols) if (name === protocolName) return metadata
    throw new Error(`member ${this.memberId} does not support protocol ${protocolName}`)
  }

  /** Same protocols, same metadata, same order. */
  offersSame(protocols: readonly MemberProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, i) => {
        const mine = this.protocols[i]
        return mine.name === name && mine.metadata.equals(metadata)
      })
    )
  }
}
