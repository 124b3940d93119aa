import type { Broker } from '../broker/broker.ts'
import type { ConfigType } from '../configs/definition.ts'
import {
  brokerDocumentation,
  clientMetricsDocumentation,
  groupDocumentation,
  topicDocumentation
} from '../configs/documentation.ts'
import { KafkaError } from '../error-codes.ts'
import {
  brokerEntries,
  type ConfigEntry,
  clientMetricsEntries,
  clusterDefaultEntries,
  groupEntries,
  topicEntries
} from '../metadata/config-entries.ts'
import { ResourceType } from '../metadata/resource-type.ts'
import { topicNameError } from '../metadata/topic-name.ts'
import { describeConfigs } from '../protocol/messages/describe-configs.ts'
import type { RequestOf } from '../protocol/schema.ts'
import { messageOf } from './error-message.ts'
import { handler } from './handler.ts'

type Request = RequestOf<typeof describeConfigs>
type Resource = Request['resources'][number]

const typeNumbers: Readonly<Record<ConfigType, number>> = {
  BOOLEAN: 1,
  STRING: 2,
  INT: 3,
  SHORT: 4,
  LONG: 5,
  DOUBLE: 6,
  LIST: 7,
  CLASS: 8,
  PASSWORD: 9
}
const UNKNOWN_TYPE = 0

const describable: readonly number[] = Object.values(ResourceType)

/** One resource of an unknown type spoils the whole request. */
const unsupportedType = () =>
  new KafkaError(
    'INVALID_REQUEST',
    'This most likely occurs because of a request being malformed by the client library or the message was sent to an ' +
      'incompatible broker. See the broker logs for more details.'
  )

interface Described {
  readonly entries: readonly ConfigEntry[]
  readonly documentation: (name: string) => string | undefined
}

export const describeConfigsHandler = handler(describeConfigs, {
  versions: '1-4',
  access: [
    { operation: 'DESCRIBE_CONFIGS', resource: 'TOPIC' },
    { operation: 'DESCRIBE_CONFIGS', resource: 'CLUSTER' },
    { operation: 'DESCRIBE_CONFIGS', resource: 'GROUP' }
  ],
  handle(request, broker) {
    if (request.resources.some(({ resourceType }) => !describable.includes(resourceType))) throw unsupportedType()
    return { results: request.resources.map((resource) => answer(resource, request, broker)) }
  },
  errorResponse: (errorCode, errorMessage, { resources }) => ({
    results: resources.map(({ resourceType, resourceName }) => ({
      errorCode,
      errorMessage,
      resourceType,
      resourceName
    }))
  })
})

function answer(resource: Resource, { includeSynonyms, includeDocumentation }: Request, broker: Broker) {
  const { resourceType, resourceName, configurationKeys } = resource
  try {
    const { entries, documentation } = describe(resource, broker)
    const isWanted = ({ name }: ConfigEntry) =>
      configurationKeys === null || configurationKeys.length === 0 || configurationKeys.includes(name)
    return {
      resourceType,
      resourceName,
      configs: entries.filter(isWanted).map((entry) => ({
        name: entry.name,
        value: entry.value,
        readOnly: entry.readOnly,
        configSource: entry.source,
        isSensitive: entry.isSensitive,
        synonyms: includeSynonyms ? entry.synonyms : [],
        configType: entry.type === undefined ? UNKNOWN_TYPE : typeNumbers[entry.type],
        documentation: includeDocumentation ? (documentation(entry.name) ?? null) : null
      }))
    }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return { errorCode: error.code, errorMessage: messageOf(error), resourceType, resourceName }
  }
}

function describe({ resourceType, resourceName }: Resource, broker: Broker): Described {
  const { config, metadata } = broker
  switch (resourceType) {
    case ResourceType.TOPIC:
      return describeTopic(resourceName, broker)
    case ResourceType.BROKER:
      return describeBroker(resourceName, broker)
    case ResourceType.BROKER_LOGGER:
      checkLoggerName(resourceName, broker.nodeId)
      return { entries: [], documentation: () => undefined }
    case ResourceType.CLIENT_METRICS:
      if (resourceName === '') throw invalid('Client metrics subscription name must not be empty')
      return {
        entries: clientMetricsEntries(metadata.image.configs(resourceType, resourceName)),
        documentation: (name) => clientMetricsDocumentation[name]
      }
    case ResourceType.GROUP:
      if (resourceName === '') throw invalid('Group name must not be empty')
      return {
        entries: groupEntries(metadata.image.configs(resourceType, resourceName), config),
        documentation: (name) => groupDocumentation[name]
      }
    default:
      throw unsupportedType()
  }
}

const invalid = (message: string) => new KafkaError('INVALID_REQUEST', message)

function describeTopic(name: string, { config, metadata }: Broker): Described {
  const nameError = topicNameError(name)
  if (nameError !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', nameError)
  const topic = metadata.image.topic(name)
  // The one refusal here whose message is empty rather than null.
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', '')
  return { entries: topicEntries(topic.configs, config), documentation: (config) => topicDocumentation[config] }
}

function describeBroker(name: string, { config, nodeId }: Broker): Described {
  if (name === '') return { entries: clusterDefaultEntries(config), documentation: brokerDocumentation }
  if (brokerIdOf(name) !== nodeId) {
    throw invalid(`Unexpected broker id, expected ${nodeId} or empty string, but received ${name}`)
  }
  return { entries: brokerEntries(config), documentation: brokerDocumentation }
}

function checkLoggerName(name: string, nodeId: number): void {
  if (name === '') throw invalid('Broker id must not be empty')
  if (brokerIdOf(name) !== nodeId) throw invalid(`Unexpected broker id, expected ${nodeId} but received ${name}`)
}

function brokerIdOf(name: string): number {
  if (!/^[+-]?\d+$/.test(name)) throw invalid(`Broker id must be an integer, but it is: ${name}`)
  return Number(name)
}
