// auto.create.topics.enable: a topic that a client asked about comes into being. Each creation is logged with the client
// that caused it, because a misspelt topic name is otherwise hard to trace.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import { internalTopicSpec } from '../metadata/internal-topics.ts'
import { topicNameError } from '../metadata/topic-name.ts'

/** Creates the topics, durably; what could not be created is in the answer with the reason. */
export async function autoCreateTopics(
  broker: Broker,
  names: readonly string[],
  clientId: string | null
): Promise<ReadonlyMap<string, ErrorCode>> {
  const errors = new Map<string, ErrorCode>()
  for (const name of names) {
    const error = createTopic(broker, name)
    if (error === undefined) broker.logger.info('created a topic that a client asked for', { topic: name, clientId })
    else errors.set(name, error)
  }
  if (errors.size < names.length) await broker.metadata.flush()
  return errors
}

function createTopic(broker: Broker, name: string): ErrorCode | undefined {
  if (topicNameError(name) !== undefined) return ErrorCode.INVALID_TOPIC_EXCEPTION
  try {
    const spec = internalTopicSpec(name, broker.config) ?? { name }
    const [{ error }] = broker.metadata.createTopics([spec], { validateOnly: false })
    if (error === undefined) return undefined
    broker.logger.warn('could not create a topic that a client asked for', { topic: name, error: error.message })
    return error.code
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return error.code
  }
}
