// OffsetCommit: the broker checks which topics and partitions there are, the group coordinator does the rest.
import type { Broker } from '../broker/broker.ts'
import { offsetCommitError } from '../coordinators/group/group-coordinator.ts'
import { ErrorCode } from '../error-codes.ts'
import { offsetCommit } from '../protocol/messages/offset-commit.ts'
import { type RequestOf, type ResponseInitOf, ZERO_UUID } from '../protocol/schema.ts'
import { after } from './after.ts'
import { handler } from './handler.ts'

type Topic = RequestOf<typeof offsetCommit>['topics'][number]
type TopicAnswer = NonNullable<ResponseInitOf<typeof offsetCommit>['topics']>[number]

export const offsetCommitHandler = handler(offsetCommit, {
  versions: '2-10',
  access: [
    { operation: 'READ', resource: 'GROUP' },
    { operation: 'READ', resource: 'TOPIC' }
  ],
  handle(request, broker, { apiVersion }) {
    const refused: TopicAnswer[] = []
    const accepted: Topic[] = []
    for (const topic of request.topics) checkTopic(broker, topic, apiVersion >= 10, accepted, refused)
    if (accepted.length === 0) return { topics: refused }
    const answer = broker.groups.commitOffsets({ ...request, topics: accepted }, apiVersion)
    if (refused.length === 0) return answer
    return after(answer, ({ topics }) => ({ topics: merge(refused, topics ?? [], apiVersion >= 10) }))
  },
  errorResponse: (errorCode, _message, { topics }) => offsetCommitError(topics, errorCode)
})

function checkTopic(
  { metadata }: Broker,
  topic: Topic,
  byTopicId: boolean,
  accepted: Topic[],
  refused: TopicAnswer[]
): void {
  const known = byTopicId ? metadata.image.topicById(topic.topicId) : metadata.image.topic(topic.name)
  if (known === undefined) {
    const { name, topicId } = topic
    const errorCode = byTopicId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    refuse(refused, { name, topicId: byTopicId ? topicId : ZERO_UUID, partitions: topic.partitions }, errorCode)
    return
  }
  const { name, topicId } = known
  const exists = ({ partitionIndex }: Topic['partitions'][number]): boolean =>
    partitionIndex >= 0 && partitionIndex < known.partitions.length
  const partitions = topic.partitions.filter(exists)
  if (partitions.length < topic.partitions.length) {
    const missing = topic.partitions.filter((partition) => !exists(partition))
    refuse(refused, { name, topicId, partitions: missing }, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }
  if (partitions.length > 0) accepted.push({ name, topicId, partitions })
}

function refuse(refused: TopicAnswer[], topic: Topic, errorCode: ErrorCode): void {
  refused.push(...(offsetCommitError([topic], errorCode).topics ?? []))
}

/** One entry per topic: what was refused first, then what the coordinator said. */
function merge(refused: readonly TopicAnswer[], answered: readonly TopicAnswer[], byTopicId: boolean): TopicAnswer[] {
  const byTopic = new Map<string | undefined, TopicAnswer>()
  for (const topic of [...refused, ...answered]) {
    const key = byTopicId ? topic.topicId : topic.name
    const earlier = byTopic.get(key)
    if (earlier === undefined) byTopic.set(key, topic)
    else byTopic.set(key, { ...earlier, partitions: [...(earlier.partitions ?? []), ...(topic.partitions ?? [])] })
  }
  return [...byTopic.values()]
}
