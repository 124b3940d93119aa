// OffsetFetch: one group before version 8, any number from then on (KIP-709); topics by id from version 10 on.
import type { Broker } from '../broker/broker.ts'
import type { FetchedGroup, FetchedTopic, OffsetFetchGroup } from '../coordinators/group/offset-fetch.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import { offsetFetch } from '../protocol/messages/offset-fetch.ts'
import { type RequestOf, type ResponseInitOf, ZERO_UUID } from '../protocol/schema.ts'
import { handler } from './handler.ts'

type Request = RequestOf<typeof offsetFetch>
type Response = ResponseInitOf<typeof offsetFetch>
type Topic = NonNullable<OffsetFetchGroup['topics']>[number]

export const offsetFetchHandler = handler(offsetFetch, {
  versions: '1-10',
  access: [
    { operation: 'DESCRIBE', resource: 'GROUP' },
    { operation: 'DESCRIBE', resource: 'TOPIC' }
  ],
  handle(request, broker, { apiVersion }) {
    if (apiVersion < 8) return singleGroup(fetchGroup(broker, asGroup(request), request.requireStable, apiVersion))
    return { groups: request.groups.map((group) => fetchGroup(broker, group, request.requireStable, apiVersion)) }
  },
  errorResponse(errorCode, _message, request, apiVersion) {
    if (apiVersion < 8) return singleGroup(groupError(asGroup(request), errorCode, apiVersion))
    return { groups: request.groups.map((group) => groupError(group, errorCode, apiVersion)) }
  }
})

const asGroup = ({ groupId, topics }: Request): OffsetFetchGroup => ({
  groupId,
  topics: topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null
})

/** Fields are the same ones, a level higher. */
const singleGroup = ({ errorCode, topics }: FetchedGroup): Response => ({ errorCode, topics })

function fetchGroup(broker: Broker, group: OffsetFetchGroup, requireStable: boolean, apiVersion: number): FetchedGroup {
  try {
    return apiVersion < 10
      ? broker.groups.fetchOffsets(group, requireStable)
      : fetchByTopicId(broker, group, requireStable)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return groupError(group, error.code, apiVersion)
  }
}

function fetchByTopicId({ groups, metadata }: Broker, group: OffsetFetchGroup, requireStable: boolean): FetchedGroup {
  const { image } = metadata
  if (group.topics === null) {
    const fetched = groups.fetchOffsets(group, requireStable)
    // Offsets of topics that are no more have no id to stand for them.
    const topics = (fetched.topics ?? []).flatMap((topic) => {
      const topicId = image.topic(topic.name ?? '')?.topicId
      return topicId === undefined ? [] : [{ ...topic, topicId }]
    })
    return { ...fetched, topics }
  }
  const known: Topic[] = []
  const unknown: Topic[] = []
  for (const topic of group.topics) {
    const name = image.topicById(topic.topicId)?.name
    if (name === undefined) unknown.push(topic)
    else known.push({ ...topic, name })
  }
  const fetched = groups.fetchOffsets({ groupId: group.groupId, topics: known }, requireStable)
  return { ...fetched, topics: [...(fetched.topics ?? []), ...unknown.map(unknownTopic)] }
}

const unknownTopic = (topic: Topic): FetchedTopic => topicError(topic, ErrorCode.UNKNOWN_TOPIC_ID)

const topicError = ({ name, topicId, partitionIndexes }: Topic, errorCode: ErrorCode): FetchedTopic => ({
  name,
  topicId,
  partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode, committedOffset: -1 }))
})

/** Version 1 has no place for an error but the partitions. */
function groupError({ groupId, topics }: OffsetFetchGroup, errorCode: ErrorCode, apiVersion: number): FetchedGroup {
  if (apiVersion >= 2) return { groupId, errorCode, topics: [] }
  return { groupId, topics: (topics ?? []).map((topic) => topicError(topic, errorCode)) }
}
