// AlterConfigs and IncrementalAlterConfigs on stored configs: the controller's part. What a broker refuses before that
// (duplicates, its own dynamic configs) is broker-config-change.ts and the handlers.

import type { ConfigTable } from '../configs/definitions.ts'
import { brokerConfigTable, topicConfigTable } from '../configs/definitions.ts'
import { KafkaError } from '../error-codes.ts'
import { type CommandContext, type CommandResult, checkRecordCount } from './command-context.ts'
import {
  validateClientMetricsConfigs,
  validateGroupConfigs,
  validateTopicConfigs,
  validateTopicName
} from './config-validation.ts'
import { encodeRecord } from './metadata-records.ts'
import { type ConfigResource, ResourceType } from './resource-type.ts'

/** The operations of IncrementalAlterConfigs. */
export const AlterOperation = { SET: 0, DELETE: 1, APPEND: 2, SUBTRACT: 3 } as const

export interface ConfigOperation {
  readonly name: string
  /** One of AlterOperation. */
  readonly operation: number
  /** Not null unless the operation is DELETE. */
  readonly value: string | null
}

export interface ConfigChange extends ConfigResource {
  /** Different names. */
  readonly operations: readonly ConfigOperation[]
}

export interface ConfigReplacement extends ConfigResource {
  /** All configs the resource shall have; whatever else it has goes. */
  readonly configs: ReadonlyMap<string, string>
}

export interface AlterConfigsOutcome extends ConfigResource {
  readonly error?: KafkaError
}

/** Name to new value, null to take it away. */
type Changes = ReadonlyMap<string, string | null>

const VALUE_LENGTH_MAX = 32_767

/** Where APPEND and SUBTRACT find lists. Apache Kafka knows no lists of client metrics, so `metrics` is not in here. */
const tables: Readonly<Record<number, ConfigTable>> = {
  [ResourceType.TOPIC]: topicConfigTable,
  [ResourceType.BROKER]: brokerConfigTable
}

export function incrementalAlterConfigs(
  context: CommandContext,
  changes: readonly ConfigChange[]
): CommandResult<AlterConfigsOutcome[]> {
  return alterEach(context, changes, (change) => incremental(context, change))
}

export function alterConfigs(
  context: CommandContext,
  replacements: readonly ConfigReplacement[]
): CommandResult<AlterConfigsOutcome[]> {
  return alterEach(context, replacements, ({ resourceType, resourceName, configs }) => {
    const current = context.image.configs(resourceType, resourceName)
    const gone = [...current.keys()].filter((name) => !configs.has(name))
    return new Map<string, string | null>([
      ...[...configs].filter(([name, value]) => resourceType === ResourceType.BROKER || current.get(name) !== value),
      ...gone.map((name) => [name, null] as const)
    ])
  })
}

/** The config records of a topic that is being created. */
export function alterTopicConfigs(
  context: CommandContext,
  topic: string,
  configs: ReadonlyMap<string, string>
): readonly Buffer[] {
  const resource = { resourceType: ResourceType.TOPIC, resourceName: topic }
  validate(context, resource, configs, { isNew: true })
  return withClearElr(context, resource, configs)
}

function alterEach<C extends ConfigResource>(
  context: CommandContext,
  changes: readonly C[],
  changesOf: (change: C) => Changes
): CommandResult<AlterConfigsOutcome[]> {
  const records: Buffer[] = []
  const outcome = changes.map((change): AlterConfigsOutcome => {
    const { resourceType, resourceName } = change
    const resource = { resourceType, resourceName }
    try {
      const changed = changesOf(change)
      validate(context, resource, changed, { isNew: false })
      records.push(...withClearElr(context, resource, changed))
      return resource
    } catch (error) {
      if (error instanceof KafkaError) return { ...resource, error }
      throw error
    }
  })
  checkRecordCount(records)
  return { records, outcome }
}

function incremental(context: CommandContext, { resourceType, resourceName, operations }: ConfigChange): Changes {
  const current = context.image.configs(resourceType, resourceName)
  const changes = new Map<string, string | null>()
  for (const { name, operation, value } of operations) {
    const before = current.get(name) ?? null
    const after = resultOf(resourceType, name, operation, value ?? '', before)
    // Broker configs are written even when nothing changes: it makes brokers read key store files again.
    if (after !== before || resourceType === ResourceType.BROKER) changes.set(name, after)
  }
  return changes
}

function resultOf(
  resourceType: number,
  name: string,
  operation: number,
  value: string,
  before: string | null
): string | null {
  if (operation === AlterOperation.SET) return value
  if (operation === AlterOperation.DELETE) return null
  if (operation !== AlterOperation.APPEND && operation !== AlterOperation.SUBTRACT) {
    throw new KafkaError('INVALID_REQUEST', `Unknown operations type ${operation}`)
  }
  const definition = tables[resourceType]?.get(name)
  if (definition?.type !== 'LIST') {
    const verb = operation === AlterOperation.APPEND ? 'APPEND' : 'SUBTRACT'
    throw new KafkaError('INVALID_CONFIG', `Can't ${verb} to key ${name} because its type is not LIST.`)
  }
  const parts = (before ?? definition.defaultValue ?? '').split(',').filter((part) => part !== '')
  for (const element of value.split(',')) {
    const index = parts.indexOf(element)
    if (operation === AlterOperation.APPEND && index === -1) parts.push(element)
    if (operation === AlterOperation.SUBTRACT && index !== -1) parts.splice(index, 1)
  }
  return parts.join(',')
}

function validate(
  context: CommandContext,
  resource: ConfigResource,
  changes: Changes,
  { isNew }: { isNew: boolean }
): void {
  const existing = context.image.configs(resource.resourceType, resource.resourceName)
  const all = new Map(existing)
  for (const [name, value] of changes) {
    checkElrRules(context, resource, name, value)
    if (value === null) {
      all.delete(name)
      continue
    }
    if (value.length > VALUE_LENGTH_MAX) {
      throw new KafkaError(
        'INVALID_CONFIG',
        'The configuration value cannot be added because it exceeds the maximum value size of 32767 bytes.'
      )
    }
    all.set(name, value)
  }
  validateResource(context, resource, all, existing)
  if (!isNew) checkExists(context, resource)
}

/** With eligible leader replicas on, min.insync.replicas is a matter of the cluster and always set (KIP-966). */
function checkElrRules(
  { image }: CommandContext,
  { resourceType, resourceName }: ConfigResource,
  name: string,
  value: string | null
): void {
  if (name !== 'min.insync.replicas' || resourceType !== ResourceType.BROKER || !image.isElrEnabled) return
  if (resourceName !== '') {
    throw new KafkaError('INVALID_CONFIG', 'Broker-level min.insync.replicas cannot be altered while ELR is enabled.')
  }
  if (value === null) {
    const message = 'Cluster-level min.insync.replicas cannot be removed while ELR is enabled.'
    throw new KafkaError('INVALID_CONFIG', message)
  }
}

function validateResource(
  { config }: CommandContext,
  { resourceType, resourceName }: ConfigResource,
  all: ReadonlyMap<string, string>,
  existing: ReadonlyMap<string, string>
): void {
  switch (resourceType) {
    case ResourceType.TOPIC:
      validateTopicName(resourceName)
      validateTopicConfigs(all, existing, config)
      break
    case ResourceType.BROKER:
      validateBrokerName(resourceName)
      break
    case ResourceType.CLIENT_METRICS:
      validateClientMetricsConfigs(resourceName, all)
      break
    case ResourceType.GROUP:
      validateGroupConfigs(resourceName, all, config)
      break
    default:
      throw new KafkaError('INVALID_REQUEST', `Unknown resource type ${resourceType}`)
  }
}

function validateBrokerName(name: string): void {
  if (name === '') return
  if (!/^[+-]?\d+$/.test(name)) {
    throw new KafkaError('INVALID_REQUEST', 'Unable to parse broker name as a base 10 number.')
  }
  if (Number(name) < 0) throw new KafkaError('INVALID_REQUEST', 'Invalid negative broker ID.')
}

function checkExists({ image }: CommandContext, { resourceType, resourceName }: ConfigResource): void {
  if (resourceType === ResourceType.TOPIC && image.topic(resourceName) === undefined) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${resourceName}' does not exist.`)
  }
  if (resourceType === ResourceType.BROKER && resourceName !== '' && image.broker(Number(resourceName)) === undefined) {
    throw new KafkaError('BROKER_ID_NOT_REGISTERED', `No node with id ${Number(resourceName)} found.`)
  }
}

function withClearElr(context: CommandContext, resource: ConfigResource, changes: Changes): readonly Buffer[] {
  const { resourceType, resourceName } = resource
  const records = [...changes].map(([name, value]) =>
    encodeRecord('config', 0, { resourceType, resourceName, name, value })
  )
  // A changed minimum makes what is known about eligible leaders worthless.
  if (context.image.isElrEnabled && changes.has('min.insync.replicas')) {
    const topicName = resourceType === ResourceType.TOPIC ? resourceName : ''
    records.push(encodeRecord('clearElr', 0, { topicName }))
  }
  return records
}
