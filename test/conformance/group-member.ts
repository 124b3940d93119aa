// Members of classic groups, each on a connection of its own: a join or sync that waits holds up its connection.
import type { Connection } from '../../src/client/connection.ts'
import { errorName } from '../../src/error-codes.ts'
import { describeGroups } from '../../src/protocol/messages/describe-groups.ts'
import { heartbeat } from '../../src/protocol/messages/heartbeat.ts'
import { joinGroup } from '../../src/protocol/messages/join-group.ts'
import { leaveGroup } from '../../src/protocol/messages/leave-group.ts'
import { syncGroup } from '../../src/protocol/messages/sync-group.ts'
import type { ResponseOf } from '../../src/protocol/schema.ts'
import { ensureOffsetsTopic } from './offsets-topic.ts'
import { int16, int32 } from './raw-socket.ts'
import { latest } from './served-versions.ts'
import { uniqueName } from './target.ts'
import { connect, eventually, request } from './wire.ts'

export interface JoinOptions {
  version?: number
  memberId?: string
  groupInstanceId?: string | null
  sessionTimeoutMs?: number
  rebalanceTimeoutMs?: number
  protocolType?: string
  protocols?: readonly { name: string; metadata: Buffer }[]
}

export type JoinResponse = ResponseOf<typeof joinGroup>

/** A consumer's subscription as its clients write it, version 0: the version, the topics, no user data. */
export function subscription(...topics: string[]): Buffer {
  const names = topics.map((topic) => Buffer.concat([int16(Buffer.byteLength(topic)), Buffer.from(topic)]))
  return Buffer.concat([int16(0), int32(topics.length), ...names, int32(-1)])
}

/** An assignor with the topics that the member wants. Apache Kafka looks inside: it must not be nonsense. */
export const protocol = (name: string, ...topics: string[]) => ({ name, metadata: subscription(...topics) })

/** A group id whose coordinator has loaded. */
export async function newGroup(): Promise<string> {
  await ensureOffsetsTopic()
  const groupId = uniqueName('group')
  await eventually(async () => {
    const { groups } = await request(describeGroups, 5, { groups: [groupId] })
    return groups[0].errorCode === 0 ? true : undefined
  }, `the coordinator of ${groupId} is ready`)
  return groupId
}

export class Member {
  readonly groupId: string
  readonly connection: Connection
  memberId = ''
  groupInstanceId: string | null = null
  generationId = -1

  private constructor(groupId: string, connection: Connection) {
    this.groupId = groupId
    this.connection = connection
  }

  static async create(groupId: string, clientId = 'member'): Promise<Member> {
    return new Member(groupId, await connect({ clientId }))
  }

  /** One JoinGroup, answered or not. */
  async tryJoin(options: JoinOptions = {}): Promise<JoinResponse> {
    const version = options.version ?? latest(joinGroup)
    const instance = options.groupInstanceId === undefined ? this.groupInstanceId : options.groupInstanceId
    const response = await this.connection.request(joinGroup, version, {
      groupId: this.groupId,
      sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
      ...(version >= 1 ? { rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 10_000 } : {}),
      memberId: options.memberId ?? this.memberId,
      ...(version >= 5 ? { groupInstanceId: instance } : {}),
      protocolType: options.protocolType ?? 'consumer',
      protocols: options.protocols ?? [protocol('range')]
    })
    if (version >= 5) this.groupInstanceId = instance
    if (response.memberId !== '') this.memberId = response.memberId
    if (response.errorCode === 0) this.generationId = response.generationId
    return response
  }

  /** Joins, taking a member id first where the version asks for one. */
  async join(options: JoinOptions = {}): Promise<JoinResponse> {
    const first = await this.tryJoin(options)
    const response = errorName(first.errorCode) === 'MEMBER_ID_REQUIRED' ? await this.tryJoin(options) : first
    if (response.errorCode !== 0) throw new Error(`join of ${this.groupId}: ${errorName(response.errorCode)}`)
    return response
  }

  async sync(assignments: Readonly<Record<string, string>> = {}, options: { version?: number } = {}) {
    const version = options.version ?? latest(syncGroup)
    return this.connection.request(syncGroup, version, {
      groupId: this.groupId,
      generationId: this.generationId,
      memberId: this.memberId,
      ...(version >= 3 ? { groupInstanceId: this.groupInstanceId } : {}),
      ...(version >= 5 ? { protocolType: 'consumer', protocolName: 'range' } : {}),
      assignments: Object.entries(assignments).map(([memberId, text]) => ({ memberId, assignment: Buffer.from(text) }))
    })
  }

  async heartbeat(
    options: { version?: number; generationId?: number; memberId?: string; groupInstanceId?: string | null } = {}
  ) {
    const version = options.version ?? latest(heartbeat)
    const instance = options.groupInstanceId === undefined ? this.groupInstanceId : options.groupInstanceId
    const response = await this.connection.request(heartbeat, version, {
      groupId: this.groupId,
      generationId: options.generationId ?? this.generationId,
      memberId: options.memberId ?? this.memberId,
      ...(version >= 3 ? { groupInstanceId: instance } : {})
    })
    return errorName(response.errorCode)
  }

  async leave(version = latest(leaveGroup)): Promise<string> {
    const member = { memberId: this.memberId, groupInstanceId: this.groupInstanceId }
    const body = version >= 3 ? { members: [member] } : { memberId: this.memberId }
    const response = await this.connection.request(leaveGroup, version, { groupId: this.groupId, ...body })
    const inner = version >= 3 && response.errorCode === 0 ? response.members[0].errorCode : response.errorCode
    return errorName(inner)
  }
}

/** A stable group of one member that holds an assignment. */
export async function stableGroup(options: JoinOptions = {}): Promise<Member> {
  const member = await Member.create(await newGroup())
  await member.join(options)
  await member.sync({ [member.memberId]: 'all' })
  return member
}

/** A stable group of two: the leader, then the other member. */
export async function stablePair(options: JoinOptions = {}): Promise<[Member, Member]> {
  const leader = await stableGroup(options)
  const follower = await Member.create(leader.groupId)
  const joining = follower.join(options)
  await untilRebalancing(leader)
  await leader.join(options)
  await joining
  const [answer] = await Promise.all([
    leader.sync({ [leader.memberId]: 'left', [follower.memberId]: 'right' }),
    follower.sync()
  ])
  if (answer.errorCode !== 0) throw new Error(`sync of ${leader.groupId}: ${errorName(answer.errorCode)}`)
  return [leader, follower]
}

/** Heartbeats, as a consumer does, until the group asks to join again. */
export async function untilRebalancing(member: Member): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if ((await member.heartbeat()) === 'REBALANCE_IN_PROGRESS') return
    await new Promise((done) => setTimeout(done, 10))
  }
  throw new Error(`${member.groupId} does not rebalance`)
}
