// Dynamic configs of topics, brokers, groups and client metrics: read with their origin, change one by one.
import { errorName, KafkaError } from '../error-codes.ts'
import { describeConfigs } from '../protocol/messages/describe-configs.ts'
import { incrementalAlterConfigs } from '../protocol/messages/incremental-alter-configs.ts'
import { listConfigResources } from '../protocol/messages/list-config-resources.ts'
import type { Client } from './client.ts'
import type { Connection } from './connection.ts'

export const ConfigResourceType = { TOPIC: 2, BROKER: 4, BROKER_LOGGER: 8, CLIENT_METRICS: 16, GROUP: 32 } as const
export type ConfigResourceType = (typeof ConfigResourceType)[keyof typeof ConfigResourceType]

export interface ConfigResource {
  readonly type: ConfigResourceType
  /** '' with BROKER: the default for all brokers of the cluster. */
  readonly name: string
}

export type ConfigSource =
  | 'UNKNOWN'
  | 'DYNAMIC_TOPIC_CONFIG'
  | 'DYNAMIC_BROKER_CONFIG'
  | 'DYNAMIC_DEFAULT_BROKER_CONFIG'
  | 'STATIC_BROKER_CONFIG'
  | 'DEFAULT_CONFIG'
  | 'DYNAMIC_BROKER_LOGGER_CONFIG'
  | 'DYNAMIC_CLIENT_METRICS_CONFIG'
  | 'DYNAMIC_GROUP_CONFIG'

// By their number on the wire.
const SOURCES: readonly ConfigSource[] = [
  'UNKNOWN',
  'DYNAMIC_TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
  'DYNAMIC_BROKER_LOGGER_CONFIG',
  'DYNAMIC_CLIENT_METRICS_CONFIG',
  'DYNAMIC_GROUP_CONFIG'
]
const TYPES = ['UNKNOWN', 'BOOLEAN', 'STRING', 'INT', 'SHORT', 'LONG', 'DOUBLE', 'LIST', 'CLASS', 'PASSWORD']

const sourceOf = (code: number): ConfigSource => SOURCES[code] ?? 'UNKNOWN'

export interface ConfigEntry {
  readonly name: string
  /** Null when sensitive, or not set. */
  readonly value: string | null
  readonly source: ConfigSource
  readonly type: string
  readonly isReadOnly: boolean
  readonly isSensitive: boolean
  readonly synonyms: readonly { name: string; value: string | null; source: ConfigSource }[]
  readonly documentation: string
}

/** All configs of the resource, or the named ones, sorted by name. */
export async function configsOf(
  client: Client,
  resource: ConfigResource,
  options: { names?: readonly string[] | null; documentation?: boolean } = {}
): Promise<ConfigEntry[]> {
  return client.retry(async () => {
    const connection = await connectionFor(client, resource)
    const { results } = await connection.call(describeConfigs, {
      resources: [
        { resourceType: resource.type, resourceName: resource.name, configurationKeys: options.names ?? null }
      ],
      includeSynonyms: true,
      // Not ignorable: a broker before version 3 has none to give.
      includeDocumentation: connection.versionOf(describeConfigs) >= 3 && (options.documentation ?? false)
    })
    const [result] = results
    throwIfError(result, resource)
    return result.configs
      .map((config) => ({
        name: config.name,
        value: config.value,
        source: sourceOf(config.configSource),
        type: TYPES[config.configType] ?? 'UNKNOWN',
        isReadOnly: config.readOnly,
        isSensitive: config.isSensitive,
        synonyms: config.synonyms.map(({ name, value, source }) => ({ name, value, source: sourceOf(source) })),
        documentation: config.documentation ?? ''
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  })
}

export type ConfigOperation = 'set' | 'delete' | 'append' | 'subtract'
const OPERATIONS: readonly ConfigOperation[] = ['set', 'delete', 'append', 'subtract']

export interface ConfigChange {
  readonly name: string
  readonly operation: ConfigOperation
  readonly value: string | null
}

export async function changeConfigs(
  client: Client,
  resource: ConfigResource,
  changes: readonly ConfigChange[],
  options: { validateOnly?: boolean } = {}
): Promise<void> {
  await client.retry(async () => {
    const connection = await connectionFor(client, resource)
    const { responses } = await connection.call(incrementalAlterConfigs, {
      resources: [
        {
          resourceType: resource.type,
          resourceName: resource.name,
          configs: changes.map(({ name, operation, value }) => ({
            name,
            configOperation: OPERATIONS.indexOf(operation),
            value
          }))
        }
      ],
      validateOnly: options.validateOnly ?? false
    })
    throwIfError(responses[0], resource)
  })
}

/** Names of the resources of these types that exist or have configs. */
export async function listResources(client: Client, types: readonly ConfigResourceType[]): Promise<ConfigResource[]> {
  const { errorCode, configResources } = await client.call(listConfigResources, { resourceTypes: types })
  if (errorCode !== 0) throw new KafkaError(errorName(errorCode), `config resources: ${errorName(errorCode)}`)
  return configResources.map(({ resourceType, resourceName }) => ({
    type: resourceType as ConfigResourceType,
    name: resourceName
  }))
}

// A broker answers for its own configs only; everything else any broker can.
function connectionFor(client: Client, { type, name }: ConfigResource): Promise<Connection> {
  const isOneBroker = (type === ConfigResourceType.BROKER && name !== '') || type === ConfigResourceType.BROKER_LOGGER
  return isOneBroker && /^\d+$/.test(name) ? client.node(Number(name)) : client.any()
}

export function resourceText({ type, name }: ConfigResource): string {
  if (type === ConfigResourceType.BROKER) return name === '' ? 'broker' : `broker/${name}`
  if (type === ConfigResourceType.TOPIC) return `topic/${name}`
  if (type === ConfigResourceType.GROUP) return `group/${name}`
  return type === ConfigResourceType.CLIENT_METRICS ? `client-metrics/${name}` : `broker-logger/${name}`
}

function throwIfError(result: { errorCode: number; errorMessage: string | null }, resource: ConfigResource): void {
  if (result.errorCode === 0) return
  const name = errorName(result.errorCode)
  throw new KafkaError(name, `${resourceText(resource)}: ${result.errorMessage || name}`)
}
