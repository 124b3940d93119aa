// DescribeGroups and ListGroups: groups as an administrator sees them.
import { ErrorCode } from '../../error-codes.ts'
import type { describeGroups } from '../../protocol/messages/describe-groups.ts'
import type { listGroups } from '../../protocol/messages/list-groups.ts'
import type { RequestOf, ResponseInitOf } from '../../protocol/schema.ts'
import type { ClassicGroup } from './classic-group.ts'

export type DescribedGroup = NonNullable<ResponseInitOf<typeof describeGroups>['groups']>[number]
export type ListGroupsRequest = RequestOf<typeof listGroups>
export type ListedGroup = NonNullable<ResponseInitOf<typeof listGroups>['groups']>[number]

const NO_METADATA = Buffer.alloc(0)

/** A group that is not there is Dead; from version 6 on it is an error too (KIP-1043). */
export function describeGroup(group: ClassicGroup | undefined, groupId: string, apiVersion: number): DescribedGroup {
  if (group === undefined) {
    if (apiVersion < 6) return { groupId, groupState: 'Dead' }
    const errorMessage = `Group ${groupId} not found.`
    return { groupId, groupState: 'Dead', errorCode: ErrorCode.GROUP_ID_NOT_FOUND, errorMessage }
  }
  const isStable = group.state === 'Stable'
  return {
    groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocolName ?? '') : '',
    members: Array.from(group.members.values(), (member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberAssignment: member.assignment,
      memberMetadata: isStable ? member.metadataOf(group.protocolName) : NO_METADATA
    }))
  }
}

export type GroupFilter = (group: ClassicGroup) => boolean

/** No filter is everything; one that names nothing known is nothing. Both are case-insensitive. */
export function groupFilter({ statesFilter, typesFilter }: ListGroupsRequest): GroupFilter {
  const states = new Set(statesFilter.map((state) => state.toLowerCase().trim()))
  const types = new Set(typesFilter.map((type) => type.toLowerCase()))
  return (group) =>
    (states.size === 0 || states.has(group.state.toLowerCase())) && (types.size === 0 || types.has(group.type))
}

export const listedGroup = (group: ClassicGroup): ListedGroup => ({
  groupId: group.groupId,
  protocolType: group.protocolType ?? '',
  groupState: group.state,
  groupType: group.type
})
