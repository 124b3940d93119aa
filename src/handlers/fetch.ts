// Fetch (KIP-74 limits, KIP-227 sessions, KIP-320 and KIP-595 epochs, KIP-516 topic ids). Decides which partitions this
// request is about; reading and waiting are broker/fetch-operation.ts.
import type { Broker } from '../broker/broker.ts'
import { FetchOperation, type FetchParams } from '../broker/fetch-operation.ts'
import { type FetchSession, FIRST_EPOCH, nextSessionEpoch, SESSIONLESS_EPOCH } from '../broker/fetch-session.ts'
import { FetchSet } from '../broker/fetch-set.ts'
import { ErrorCode } from '../error-codes.ts'
import { fetch } from '../protocol/messages/fetch.ts'
import { type RequestOf, type ResponseInitOf, ZERO_UUID } from '../protocol/schema.ts'
import { handler, type RequestContext } from './handler.ts'

type Request = RequestOf<typeof fetch>
type Answer = ResponseInitOf<typeof fetch>

/** Topics have ids instead of names. */
const TOPIC_ID_VERSION = 13
const READ_COMMITTED = 1
const CONSUMER = -1

export const fetchHandler = handler(fetch, {
  versions: '4-18',
  access: [{ operation: 'READ', resource: 'TOPIC' }],
  handle: handleFetch,
  errorResponse: (errorCode, _message, request, apiVersion) => ({
    errorCode,
    sessionId: request.sessionId,
    // Before topic ids, clients may look only at the partitions.
    responses: apiVersion < TOPIC_ID_VERSION ? request.topics.map((topic) => failedTopic(topic, errorCode)) : []
  })
})

function handleFetch(request: Request, broker: Broker, context: RequestContext): Answer | Promise<Answer | null> {
  const { sessionEpoch } = request
  if (sessionEpoch === FIRST_EPOCH || sessionEpoch === SESSIONLESS_EPOCH) {
    if (request.sessionId !== 0) broker.fetchSessions.remove(request.sessionId)
    return run(fullSet(request, broker, context), undefined, request, broker, context)
  }
  const session = broker.fetchSessions.get(request.sessionId)
  if (session === undefined) return sessionError(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
  if (session.epoch !== sessionEpoch) return sessionError(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
  if (session.set.usesTopicIds !== context.apiVersion >= TOPIC_ID_VERSION) {
    return sessionError(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
  }
  putTopics(session.set, request, broker)
  forgetTopics(session.set, request)
  if (session.set.size === 0) {
    broker.fetchSessions.remove(session.id)
    return run(fullSet(request, broker, context), undefined, request, broker, context)
  }
  broker.fetchSessions.touch(session)
  session.epoch = nextSessionEpoch(session.epoch)
  return run(session.set, session, request, broker, context)
}

function run(
  set: FetchSet,
  session: FetchSession | undefined,
  request: Request,
  broker: Broker,
  context: RequestContext
) {
  const { apiVersion, advertised } = context
  const replicaId = apiVersion >= 15 ? request.replicaState.replicaId : request.replicaId
  const maxBytes = Math.min(request.maxBytes, broker.config.int('fetch.max.bytes'))
  const params: FetchParams = {
    replicaId,
    readCommitted: request.isolationLevel === READ_COMMITTED && replicaId === CONSUMER,
    hidesStorageErrors: apiVersion <= 5,
    leader: apiVersion >= 16 ? { nodeId: broker.nodeId, ...advertised, rack: broker.rack } : undefined,
    maxBytes,
    minBytes: Math.min(request.minBytes, maxBytes),
    maxWaitMs: request.maxWaitMs,
    session,
    createsSession: request.sessionEpoch === FIRST_EPOCH
  }
  return new FetchOperation(broker, set, params, context).run()
}

function fullSet(request: Request, broker: Broker, context: RequestContext): FetchSet {
  const set = new FetchSet(context.apiVersion >= TOPIC_ID_VERSION)
  putTopics(set, request, broker)
  return set
}

function putTopics(set: FetchSet, request: Request, broker: Broker): void {
  for (const { topic, topicId, partitions } of request.topics) {
    const name = set.usesTopicIds ? (broker.partitions.topicById(topicId)?.name ?? null) : topic
    const id = set.usesTopicIds ? topicId : ZERO_UUID
    for (const partition of partitions) set.put(name, id, partition)
  }
}

function forgetTopics(set: FetchSet, request: Request): void {
  for (const { topic, topicId, partitions } of request.forgottenTopicsData) {
    for (const index of partitions) set.forget(set.usesTopicIds ? topicId : topic, index)
  }
}

const sessionError = (errorCode: ErrorCode): Answer => ({ errorCode, sessionId: 0, responses: [] })

function failedTopic({ topic, topicId, partitions }: Request['topics'][number], errorCode: ErrorCode) {
  const failed = partitions.map(({ partition }) => ({ partitionIndex: partition, errorCode, highWatermark: -1 }))
  return { topic, topicId, partitions: failed.map((answer) => ({ ...answer, records: Buffer.alloc(0) })) }
}
