import type { Broker } from '../broker/broker.ts'
import { ErrorCode, type KafkaError } from '../error-codes.ts'
import { topicEntriesAtCreation } from '../metadata/config-entries.ts'
import type { CreateTopicOutcome } from '../metadata/create-topics.ts'
import { CLUSTER_METADATA_TOPIC } from '../metadata/topic-name.ts'
import { createTopics } from '../protocol/messages/create-topics.ts'
import type { RequestOf } from '../protocol/schema.ts'
import { messageOf } from './error-message.ts'
import { handler } from './handler.ts'

type Topics = RequestOf<typeof createTopics>['topics']

export const createTopicsHandler = handler(createTopics, {
  versions: '2-7',
  access: [
    { operation: 'CREATE', resource: 'CLUSTER' },
    { operation: 'CREATE', resource: 'TOPIC' }
  ],
  async handle({ topics, validateOnly }, broker) {
    const duplicates = duplicateNames(topics)
    const specs = topics.filter(({ name }) => !duplicates.has(name) && name !== CLUSTER_METADATA_TOPIC)
    const outcomes = broker.metadata.createTopics(specs, { validateOnly })
    if (!validateOnly) await broker.metadata.flush()
    const isForbidden = topics.some(({ name }) => name === CLUSTER_METADATA_TOPIC && !duplicates.has(name))
    const forbidden = `Creation of internal topic ${CLUSTER_METADATA_TOPIC} is prohibited.`
    return {
      topics: [
        ...outcomes.map((outcome) => answer(outcome, broker)),
        ...Array.from(duplicates, (name) => refused(name, ErrorCode.INVALID_REQUEST, 'Duplicate topic name.')),
        ...(isForbidden ? [refused(CLUSTER_METADATA_TOPIC, ErrorCode.INVALID_REQUEST, forbidden)] : [])
      ]
    }
  },
  errorResponse: (errorCode, message, { topics }) => ({
    topics: topics.map(({ name }) => refused(name, errorCode, message))
  })
})

function duplicateNames(topics: Topics): ReadonlySet<string> {
  const seen = new Set<string>()
  const duplicates = new Set<string>()
  for (const { name } of topics) {
    if (seen.has(name)) duplicates.add(name)
    seen.add(name)
  }
  return duplicates
}

function answer(outcome: CreateTopicOutcome, { config }: Broker) {
  if (outcome.error !== undefined) return failed(outcome.name, outcome.error)
  const { name, topicId, numPartitions, replicationFactor, configs } = outcome
  return {
    name,
    topicId,
    errorMessage: null,
    numPartitions,
    replicationFactor,
    configs: topicEntriesAtCreation(configs, config).map((entry) => ({
      name: entry.name,
      value: entry.value,
      readOnly: entry.readOnly,
      configSource: entry.source,
      isSensitive: entry.isSensitive
    }))
  }
}

const failed = (name: string, error: KafkaError) => refused(name, error.code, messageOf(error))
const refused = (name: string, errorCode: ErrorCode, errorMessage: string | null) => ({
  name,
  errorCode,
  errorMessage,
  configs: []
})
