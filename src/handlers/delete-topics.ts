import { ErrorCode, KafkaError } from '../error-codes.ts'
import type { ClusterImage } from '../metadata/cluster-image.ts'
import { deleteTopics } from '../protocol/messages/delete-topics.ts'
import { type RequestOf, type ResponseInitOf, ZERO_UUID } from '../protocol/schema.ts'
import { messageOf } from './error-message.ts'
import { handler } from './handler.ts'

type Request = RequestOf<typeof deleteTopics>
type Answer = NonNullable<ResponseInitOf<typeof deleteTopics>['responses']>[number]

export const deleteTopicsHandler = handler(deleteTopics, {
  versions: '1-6',
  access: [
    { operation: 'DELETE', resource: 'CLUSTER' },
    { operation: 'DELETE', resource: 'TOPIC' }
  ],
  async handle(request, broker, { apiVersion }) {
    if (!broker.config.boolean('delete.topic.enable')) throw deletionDisabled(apiVersion)
    const { topics, answers } = resolve(request, broker.metadata.image)
    const outcome = broker.metadata.deleteTopics(topics.keys())
    await broker.metadata.flush()
    for (const [topicId, error] of outcome) answers.push(answer(topics.get(topicId) ?? null, topicId, error))
    return { responses: answers }
  },
  errorResponse: (errorCode, _message, request) => ({
    responses: requested(request).map(({ name, topicId }) => ({ name, topicId, errorCode, errorMessage: null }))
  })
})

function deletionDisabled(apiVersion: number): KafkaError {
  // TOPIC_DELETION_DISABLED came with version 3.
  if (apiVersion >= 3) return new KafkaError('TOPIC_DELETION_DISABLED', 'Topic deletion is disabled.')
  return new KafkaError('INVALID_REQUEST', 'This version does not support topic deletion.')
}

const requested = ({ topics, topicNames }: Request): { name: string | null; topicId: string }[] => [
  ...topicNames.map((name) => ({ name, topicId: ZERO_UUID })),
  ...topics
]

const answer = (name: string | null, topicId: string, error?: KafkaError): Answer => ({
  name,
  topicId,
  errorCode: error?.code ?? ErrorCode.NONE,
  errorMessage: error === undefined ? null : messageOf(error)
})

const invalid = (message: string) => new KafkaError('INVALID_REQUEST', message)

/** The topics that are to go, name by id; and the answers for everything that names none, or names one twice. */
function resolve(request: Request, image: ClusterImage): { topics: Map<string, string>; answers: Answer[] } {
  const answers: Answer[] = []
  const names = new Occurrences()
  const ids = new Occurrences()
  for (const { name, topicId } of requested(request)) {
    if (name !== null && topicId !== ZERO_UUID) {
      answers.push(answer(name, topicId, invalid('You may not specify both topic name and topic id.')))
    } else if (name !== null) {
      names.add(name)
    } else if (topicId !== ZERO_UUID) {
      ids.add(topicId)
    } else {
      answers.push(answer(null, ZERO_UUID, invalid('Neither topic name nor id were specified.')))
    }
  }
  for (const name of names.repeated) answers.push(answer(name, ZERO_UUID, invalid('Duplicate topic name.')))
  for (const topicId of ids.repeated) answers.push(answer(null, topicId, invalid('Duplicate topic id.')))
  const topics = new Map<string, string>()
  for (const topicId of ids.once()) {
    const topic = image.topicById(topicId)
    if (topic === undefined)
      answers.push(
        answer(null, topicId, new KafkaError('UNKNOWN_TOPIC_ID', 'This server does not host this topic ID.'))
      )
    else topics.set(topicId, topic.name)
  }
  for (const name of names.once()) addByName(name, image, { topics, answers, repeatedIds: ids.repeated })
  return { topics, answers }
}

function addByName(
  name: string,
  image: ClusterImage,
  { topics, answers, repeatedIds }: { topics: Map<string, string>; answers: Answer[]; repeatedIds: Set<string> }
): void {
  const topic = image.topic(name)
  if (topic === undefined) {
    answers.push(
      answer(
        name,
        ZERO_UUID,
        new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition.')
      )
    )
  } else if (topics.has(topic.topicId) || repeatedIds.has(topic.topicId)) {
    topics.delete(topic.topicId)
    const message = 'The provided topic name maps to an ID that was already supplied.'
    answers.push(answer(name, topic.topicId, invalid(message)))
  } else {
    topics.set(topic.topicId, name)
  }
}

class Occurrences {
  readonly #seen = new Set<string>()
  readonly repeated = new Set<string>()

  add(key: string): void {
    if (this.#seen.has(key)) this.repeated.add(key)
    this.#seen.add(key)
  }

  once(): string[] {
    return [...this.#seen].filter((key) => !this.repeated.has(key))
  }
}
