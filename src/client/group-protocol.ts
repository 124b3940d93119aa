// The four requests of a classic group member, each one attempt; errors are thrown as KafkaErrors.
import { errorName, KafkaError } from '../error-codes.ts'
import { heartbeat } from '../protocol/messages/heartbeat.ts'
import { joinGroup } from '../protocol/messages/join-group.ts'
import { leaveGroup } from '../protocol/messages/leave-group.ts'
import { syncGroup } from '../protocol/messages/sync-group.ts'
import type { ResponseOf } from '../protocol/schema.ts'
import type { Client } from './client.ts'
import { decodeAssignment, encodeSubscription } from './consumer-protocol.ts'
import { groupError } from './group-offsets.ts'
import type { TopicPartition } from './leaders.ts'

export interface MemberSettings {
  readonly groupId: string
  readonly topics: readonly string[]
  readonly groupInstanceId: string | null
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
}

export interface Generation {
  readonly generationId: number
  readonly memberId: string
}

export type Joined = ResponseOf<typeof joinGroup>

const PROTOCOL_TYPE = 'consumer'
const ASSIGNOR = 'range'

/** Thrown by the first join: the broker gave the id to join with, KIP-394. */
export class MemberIdRequired extends Error {
  readonly memberId: string
  constructor(memberId: string) {
    super('MEMBER_ID_REQUIRED')
    this.memberId = memberId
  }
}

/** Waits in the broker until the rebalance is over. */
export async function join(client: Client, settings: MemberSettings, memberId: string): Promise<Joined> {
  const { groupId, groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs } = settings
  const connection = await client.coordinator(groupId, 'group')
  const response = await connection.call(
    joinGroup,
    {
      groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId,
      groupInstanceId,
      protocolType: PROTOCOL_TYPE,
      protocols: [{ name: ASSIGNOR, metadata: encodeSubscription(settings.topics) }]
    },
    { timeoutMs: rebalanceTimeoutMs + 5_000 }
  )
  if (errorName(response.errorCode) === 'MEMBER_ID_REQUIRED') throw new MemberIdRequired(response.memberId)
  if (errorName(response.errorCode) === 'INCONSISTENT_GROUP_PROTOCOL') {
    const message = `group '${groupId}' has members of another kind, without the ${ASSIGNOR} assignor: use another group`
    throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL', message)
  }
  throwIfError(response.errorCode, groupId)
  return response
}

/** The leader gives everyone's assignment, the others none; each gets its own back. */
export async function sync(
  client: Client,
  settings: MemberSettings,
  { generationId, memberId }: Generation,
  assignments: readonly { memberId: string; assignment: Buffer }[]
): Promise<TopicPartition[]> {
  const { groupId, groupInstanceId, rebalanceTimeoutMs } = settings
  const connection = await client.coordinator(groupId, 'group')
  const request = {
    groupId,
    generationId,
    memberId,
    groupInstanceId,
    protocolType: PROTOCOL_TYPE,
    protocolName: ASSIGNOR,
    assignments
  }
  const response = await connection.call(syncGroup, request, { timeoutMs: rebalanceTimeoutMs + 5_000 })
  throwIfError(response.errorCode, groupId)
  return decodeAssignment(response.assignment)
}

export async function beat(
  client: Client,
  settings: MemberSettings,
  { generationId, memberId }: Generation
): Promise<void> {
  const { groupId, groupInstanceId, sessionTimeoutMs } = settings
  const connection = await client.coordinator(groupId, 'group')
  const request = { groupId, generationId, memberId, groupInstanceId }
  const response = await connection.call(heartbeat, request, { timeoutMs: sessionTimeoutMs })
  throwIfError(response.errorCode, groupId)
}

export async function leave(
  client: Client,
  { groupId, groupInstanceId }: MemberSettings,
  memberId: string
): Promise<void> {
  // Not on the group's connection: a join may wait on it.
  const connection = await client.coordinator(groupId)
  const request =
    connection.versionOf(leaveGroup) < 3
      ? { groupId, memberId }
      : { groupId, members: [{ memberId, groupInstanceId, reason: 'the consumer is being closed' }] }
  const response = await connection.call(leaveGroup, request)
  throwIfError(response.errorCode || (response.members[0]?.errorCode ?? 0), groupId)
}

function throwIfError(code: number, groupId: string): void {
  if (code === 0) return
  const name = errorName(code)
  // While rebalancing, UNKNOWN_MEMBER_ID is about this member and no advice to stop others.
  throw name === 'UNKNOWN_MEMBER_ID' ? new KafkaError(name) : groupError(code, groupId)
}
