// Groups as an administrator sees them, classic ones and those of the consumer protocol (KIP-848) alike.
import { errorName, KafkaError } from '../error-codes.ts'
import { consumerGroupDescribe } from '../protocol/messages/consumer-group-describe.ts'
import { deleteGroups as deleteGroupsApi } from '../protocol/messages/delete-groups.ts'
import { describeGroups } from '../protocol/messages/describe-groups.ts'
import { listGroups as listGroupsApi } from '../protocol/messages/list-groups.ts'
import type { ResponseOf } from '../protocol/schema.ts'
import type { Client } from './client.ts'
import { decodeAssignment } from './consumer-protocol.ts'
import { groupError } from './group-offsets.ts'
import type { TopicPartition } from './leaders.ts'

export interface GroupListing {
  readonly groupId: string
  /** `classic`, `consumer`, `share`, `streams`; empty from a broker that does not tell. */
  readonly type: string
  readonly state: string
  readonly protocolType: string
}

export interface GroupMemberDescription {
  readonly memberId: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly host: string
  readonly assignment: readonly TopicPartition[]
}

export interface GroupDescription {
  readonly groupId: string
  readonly type: 'classic' | 'consumer'
  readonly state: string
  readonly protocolType: string
  readonly assignor: string
  readonly coordinator: string
  readonly members: readonly GroupMemberDescription[]
}

/** Asks every broker, each knows the groups it coordinates. Sorted by id. */
export async function listGroups(
  client: Client,
  filters: { states?: readonly string[]; types?: readonly string[] } = {}
): Promise<GroupListing[]> {
  await client.refresh([])
  const listings = await Promise.all(
    client.nodes.map(({ nodeId }) =>
      client.retry(async () => {
        const connection = await client.node(nodeId)
        const response = await connection.call(listGroupsApi, {
          statesFilter: filters.states ?? [],
          typesFilter: filters.types ?? []
        })
        if (response.errorCode !== 0) throw new KafkaError(errorName(response.errorCode), `groups of broker ${nodeId}`)
        return response.groups
      })
    )
  )
  return listings
    .flat()
    .map(({ groupId, groupType: type, groupState: state, protocolType }) => ({ groupId, type, state, protocolType }))
    .sort((a, b) => (a.groupId < b.groupId ? -1 : 1))
}

/** Throws GROUP_ID_NOT_FOUND when the coordinator knows no such group. */
export async function describeGroup(client: Client, groupId: string): Promise<GroupDescription> {
  return client.retry(async () => {
    const connection = await client.coordinator(groupId)
    if (connection.versions.has(consumerGroupDescribe.key)) {
      const response = await connection.call(consumerGroupDescribe, { groupIds: [groupId] })
      const [group] = response.groups
      if (group.errorCode === 0) return consumerDescription(group, connection.address)
      // Of another type, perhaps: the classic description decides.
      const name = errorName(group.errorCode)
      if (name !== 'GROUP_ID_NOT_FOUND' && name !== 'UNSUPPORTED_VERSION') throw groupError(group.errorCode, groupId)
    }
    const [group] = (await connection.call(describeGroups, { groups: [groupId] })).groups
    // Before version 6 a group that does not exist is a dead one.
    const isMissing = errorName(group.errorCode) === 'GROUP_ID_NOT_FOUND' || group.groupState === 'Dead'
    if (isMissing) throw await missingGroup(client, groupId)
    if (group.errorCode !== 0) throw groupError(group.errorCode, groupId)
    return classicDescription(group, connection.address)
  })
}

/** The coordinator says the same of a group that is there, but neither classic nor of consumers. */
async function missingGroup(client: Client, groupId: string): Promise<KafkaError> {
  const other = (await listGroups(client)).find((group) => group.groupId === groupId)
  if (other === undefined) return new KafkaError('GROUP_ID_NOT_FOUND', `there is no group '${groupId}'`)
  const kind = other.type || other.protocolType
  return new KafkaError(
    'GROUP_ID_NOT_FOUND',
    `group '${groupId}' is a ${kind} group: it has no committed offsets to show`
  )
}

type ConsumerGroup = ResponseOf<typeof consumerGroupDescribe>['groups'][number]
type ClassicGroup = ResponseOf<typeof describeGroups>['groups'][number]

function consumerDescription(group: ConsumerGroup, coordinator: string): GroupDescription {
  return {
    groupId: group.groupId,
    type: 'consumer',
    state: group.groupState,
    protocolType: 'consumer',
    assignor: group.assignorName,
    coordinator,
    members: group.members.map(({ memberId, instanceId, clientId, clientHost, assignment }) => ({
      memberId,
      instanceId,
      clientId,
      host: clientHost,
      assignment: assignment.topicPartitions.flatMap(({ topicName, partitions }) =>
        partitions.map((partition) => ({ topic: topicName, partition }))
      )
    }))
  }
}

function classicDescription(group: ClassicGroup, coordinator: string): GroupDescription {
  const isConsumer = group.protocolType === 'consumer'
  return {
    groupId: group.groupId,
    type: 'classic',
    state: group.groupState,
    protocolType: group.protocolType,
    assignor: group.protocolData,
    coordinator,
    members: group.members.map(({ memberId, groupInstanceId, clientId, clientHost, memberAssignment }) => ({
      memberId,
      instanceId: groupInstanceId,
      clientId,
      host: clientHost,
      // Only consumers put topic partitions there; Connect has an assignment of its own kind.
      assignment: isConsumer ? decodeAssignment(memberAssignment) : []
    }))
  }
}

export async function deleteGroup(client: Client, groupId: string): Promise<void> {
  await client.retry(async () => {
    const connection = await client.coordinator(groupId)
    const { results } = await connection.call(deleteGroupsApi, { groupsNames: [groupId] })
    if (results[0].errorCode !== 0) throw groupError(results[0].errorCode, groupId)
  })
}
