// TxnOffsetCommit: which topics and partitions there are, whether the transaction has the group's offsets (or may have
// them from now on), then the group coordinator.
import type { Broker } from '../broker/broker.ts'
import { type Admission, refusedWrites } from '../broker/transaction-gate.ts'
import { coordinatorError } from '../coordinators/append-error.ts'
import { txnOffsetCommitError } from '../coordinators/group/txn-offset-commit.ts'
import { ErrorCode, errorName, KafkaError } from '../error-codes.ts'
import { CONSUMER_OFFSETS_TOPIC } from '../metadata/topic-name.ts'
import { txnOffsetCommit } from '../protocol/messages/txn-offset-commit.ts'
import type { RequestOf, ResponseInitOf } from '../protocol/schema.ts'
import { after } from './after.ts'
import { handler } from './handler.ts'

type Request = RequestOf<typeof txnOffsetCommit>
type Topic = Request['topics'][number]
type Answer = ResponseInitOf<typeof txnOffsetCommit>
type TopicAnswer = NonNullable<Answer['topics']>[number]

export const txnOffsetCommitHandler = handler(txnOffsetCommit, {
  versions: '0-5',
  access: [
    { operation: 'WRITE', resource: 'TRANSACTIONAL_ID' },
    { operation: 'READ', resource: 'GROUP' },
    { operation: 'READ', resource: 'TOPIC' }
  ],
  handle(request, broker, { apiVersion }) {
    const refused: TopicAnswer[] = []
    const topics: Topic[] = []
    for (const topic of request.topics) checkTopic(broker, topic, topics, refused)
    if (topics.length === 0) return { topics: refused }
    const answer = commit(broker, { ...request, topics }, apiVersion)
    return refused.length === 0 ? answer : after(answer, (answered) => merge(refused, answered.topics ?? []))
  },
  errorResponse: (errorCode, _message, { topics }) => txnOffsetCommitError(topics, errorCode)
})

function commit(broker: Broker, request: Request, apiVersion: number): Answer | Promise<Answer> {
  if (request.groupId === '') return txnOffsetCommitError(request.topics, ErrorCode.INVALID_GROUP_ID)
  const partition = broker.partitions.get(CONSUMER_OFFSETS_TOPIC, broker.groups.partitionOf(request.groupId))
  if (partition === undefined) return txnOffsetCommitError(request.topics, ErrorCode.NOT_COORDINATOR)
  const refusal = refusedWrites(broker, request, admissionOf(apiVersion), [partition]).get(partition)
  if (refusal === undefined) return broker.groups.commitTransactionalOffsets(request)
  return txnOffsetCommitError(request.topics, coordinatorError(new KafkaError(errorName(refusal))).code)
}

function admissionOf(apiVersion: number): Admission {
  if (apiVersion >= 5) return 'add'
  return apiVersion >= 4 ? 'verify' : 'verify for old clients'
}

function checkTopic({ metadata }: Broker, topic: Topic, accepted: Topic[], refused: TopicAnswer[]): void {
  const count = metadata.image.topic(topic.name)?.partitions.length ?? 0
  const exists = ({ partitionIndex }: Topic['partitions'][number]): boolean =>
    partitionIndex >= 0 && partitionIndex < count
  const partitions = topic.partitions.filter(exists)
  const missing = topic.partitions.filter((partition) => !exists(partition))
  if (missing.length > 0 || count === 0) {
    const error = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    refused.push(...(txnOffsetCommitError([{ name: topic.name, partitions: missing }], error).topics ?? []))
  }
  if (partitions.length > 0) accepted.push({ name: topic.name, partitions })
}

/** One entry per topic: what was refused first, then what the coordinator said. */
function merge(refused: readonly TopicAnswer[], answered: readonly TopicAnswer[]): Answer {
  const byName = new Map<string | undefined, TopicAnswer>()
  for (const topic of [...refused, ...answered]) {
    const earlier = byName.get(topic.name)?.partitions ?? []
    byName.set(topic.name, { name: topic.name, partitions: [...earlier, ...(topic.partitions ?? [])] })
  }
  return { topics: [...byName.values()] }
}
