// One JoinGroup on its way through the steps that may handle it.
import type { Reply } from '../reply.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { JoinRequest, JoinResponse } from './classic-member.ts'
import type { GroupContext } from './group-context.ts'

/** Who is asking. */
export interface JoinContext {
  readonly apiVersion: number
  readonly clientId: string
  readonly clientHost: string
}

export interface JoinStep {
  readonly context: GroupContext
  readonly group: ClassicGroup
  readonly request: JoinRequest
  readonly from: JoinContext
  readonly reply: Reply<JoinResponse>
}

/** Version 0 has none: the session timeout serves as both. */
export function rebalanceTimeoutMs({ request, from }: JoinStep): number {
  return from.apiVersion === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs
}

export const joinReason = ({ reason }: JoinRequest): string =>
  reason === null || reason === '' ? 'not provided' : reason
