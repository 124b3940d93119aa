// The record that keeps a classic group: what was agreed and who got what. Subscriptions and assignments are the
// client's own bytes, kept as they came.
import type { ClassicGroup } from './classic-group.ts'
import { EMPTY_ASSIGNMENT } from './classic-member.ts'
import type { GroupRecord, MemberMetadata } from './group-record.ts'

export type Assignments = ReadonlyMap<string, Buffer>

/** A member that the leader forgot gets nothing. */
export function groupMetadata(group: ClassicGroup, assignments?: Assignments): GroupRecord {
  const members: MemberMetadata[] = []
  for (const member of group.members.values()) {
    members.push({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeout: member.rebalanceTimeoutMs,
      sessionTimeout: member.sessionTimeoutMs,
      subscription: member.metadataOf(group.protocolName),
      assignment: assignments === undefined ? member.assignment : (assignments.get(member.memberId) ?? EMPTY_ASSIGNMENT)
    })
  }
  return {
    type: 'groupMetadata',
    group: group.groupId,
    value: {
      protocolType: group.protocolType ?? '',
      generation: group.generationId,
      protocol: group.protocolName,
      leader: group.leaderId,
      currentStateTimestamp: group.stateTimestampMs,
      members
    }
  }
}

/** That the group exists: written when its first rebalance has only begun. */
export function newGroupMetadata(group: ClassicGroup): GroupRecord {
  return {
    type: 'groupMetadata',
    group: group.groupId,
    value: {
      protocolType: '',
      generation: 0,
      protocol: null,
      leader: null,
      currentStateTimestamp: group.stateTimestampMs,
      members: []
    }
  }
}
