// Whether the configs that a resource would have are allowed together: the controller's validator, with its error codes
// and texts. Broker configs are checked by broker-config-change.ts.
import type { ConfigValues } from '../configs/config-values.ts'
import type { ConfigTable } from '../configs/definitions.ts'
import { clientMetricsConfigTable, groupConfigTable, topicConfigTable } from '../configs/definitions.ts'
import { brokerValueOfTopicConfig } from '../configs/log-config.ts'
import { ConfigError, type ParsedValue, parseConfig } from '../configs/parse.ts'
import { groupSynonym } from '../configs/synonyms.ts'
import { KafkaError } from '../error-codes.ts'
import { topicNameError } from './topic-name.ts'

const invalidConfig = (message: string) => new KafkaError('INVALID_CONFIG', message)
const invalidRequest = (message: string) => new KafkaError('INVALID_REQUEST', message)

/** Every value of the table: given, else fallen back to, else the default. Refusals become INVALID_CONFIG. */
function parseAll(
  table: ConfigTable,
  given: ReadonlyMap<string, string>,
  fallback: (name: string) => string | null
): Map<string, ParsedValue> {
  const parsed = new Map<string, ParsedValue>()
  for (const definition of table.values()) {
    const text = given.get(definition.name) ?? fallback(definition.name) ?? definition.defaultValue
    if (text === null) continue
    try {
      parsed.set(definition.name, parseConfig(definition, text))
    } catch (error) {
      if (error instanceof ConfigError) throw invalidConfig(error.message)
      throw error
    }
  }
  return parsed
}

export function validateTopicName(name: string): void {
  if (name === '') throw invalidRequest('Default topic resources are not allowed.')
  const error = topicNameError(name)
  if (error !== undefined) throw new KafkaError('INVALID_TOPIC_EXCEPTION', error)
}

export function validateTopicConfigs(
  configs: ReadonlyMap<string, string>,
  existing: ReadonlyMap<string, string>,
  broker: ConfigValues
): void {
  for (const name of configs.keys()) {
    if (!topicConfigTable.has(name)) throw invalidConfig(`Unknown topic config name: ${name}`)
  }
  const values = parseAll(topicConfigTable, configs, (name) => brokerValueOfTopicConfig(broker, name))
  const minLag = values.get('min.compaction.lag.ms') as bigint
  const maxLag = values.get('max.compaction.lag.ms') as bigint
  if (minLag > maxLag) {
    const conflict = `min.compaction.lag.ms (${minLag}) > max.compaction.lag.ms (${maxLag})`
    throw invalidConfig(`conflict topic config setting ${conflict}`)
  }
  if (values.get('remote.storage.enable') === true) {
    const disabled = 'Tiered Storage functionality is disabled in the broker.'
    throw invalidConfig(`${disabled} Topic cannot be configured with remote log storage.`)
  }
  const wasTiered = existing.get('remote.storage.enable')?.toLowerCase() === 'true'
  if (wasTiered && values.get('remote.log.delete.on.disable') !== true) {
    const keep = '`remote.storage.enable=true,remote.log.copy.disable=true`'
    const drop = '`remote.storage.enable=false,remote.log.delete.on.disable=true`'
    throw invalidConfig(
      'It is invalid to disable remote storage without deleting remote data. ' +
        `If you want to keep the remote data and turn to read only, please set ${keep}. ` +
        `If you want to disable remote storage and delete all remote data, please set ${drop}.`
    )
  }
}

/** Bounds that broker configs set for a group's own, in the order in which they are checked. */
const groupBounds: readonly (readonly [name: string, bound: 'min' | 'max', brokerConfig: string])[] = [
  ['consumer.heartbeat.interval.ms', 'min', 'group.consumer.min.heartbeat.interval.ms'],
  ['consumer.heartbeat.interval.ms', 'max', 'group.consumer.max.heartbeat.interval.ms'],
  ['consumer.session.timeout.ms', 'min', 'group.consumer.min.session.timeout.ms'],
  ['consumer.session.timeout.ms', 'max', 'group.consumer.max.session.timeout.ms'],
  ['consumer.assignment.interval.ms', 'min', 'group.consumer.min.assignment.interval.ms'],
  ['consumer.assignment.interval.ms', 'max', 'group.consumer.max.assignment.interval.ms'],
  ['share.heartbeat.interval.ms', 'min', 'group.share.min.heartbeat.interval.ms'],
  ['share.heartbeat.interval.ms', 'max', 'group.share.max.heartbeat.interval.ms'],
  ['share.session.timeout.ms', 'min', 'group.share.min.session.timeout.ms'],
  ['share.session.timeout.ms', 'max', 'group.share.max.session.timeout.ms'],
  ['share.record.lock.duration.ms', 'min', 'group.share.min.record.lock.duration.ms'],
  ['share.record.lock.duration.ms', 'max', 'group.share.max.record.lock.duration.ms'],
  ['share.delivery.count.limit', 'min', 'group.share.min.delivery.count.limit'],
  ['share.delivery.count.limit', 'max', 'group.share.max.delivery.count.limit'],
  ['share.partition.max.record.locks', 'min', 'group.share.min.partition.max.record.locks'],
  ['share.partition.max.record.locks', 'max', 'group.share.max.partition.max.record.locks'],
  ['share.assignment.interval.ms', 'min', 'group.share.min.assignment.interval.ms'],
  ['share.assignment.interval.ms', 'max', 'group.share.max.assignment.interval.ms'],
  ['streams.heartbeat.interval.ms', 'min', 'group.streams.min.heartbeat.interval.ms'],
  ['streams.heartbeat.interval.ms', 'max', 'group.streams.max.heartbeat.interval.ms'],
  ['streams.session.timeout.ms', 'min', 'group.streams.min.session.timeout.ms'],
  ['streams.session.timeout.ms', 'max', 'group.streams.max.session.timeout.ms'],
  ['streams.num.standby.replicas', 'max', 'group.streams.max.standby.replicas'],
  ['streams.assignment.interval.ms', 'min', 'group.streams.min.assignment.interval.ms'],
  ['streams.assignment.interval.ms', 'max', 'group.streams.max.assignment.interval.ms']
]

export function validateGroupConfigs(
  groupId: string,
  configs: ReadonlyMap<string, string>,
  broker: ConfigValues
): void {
  if (groupId === '') throw invalidRequest('Default group resources are not allowed.')
  for (const name of configs.keys()) {
    if (!groupConfigTable.has(name)) throw invalidConfig(`Unknown group config name: ${name}`)
  }
  const values = parseAll(groupConfigTable, configs, (name) => {
    const synonym = groupSynonym(name)
    return synonym === undefined ? null : broker.text(synonym)
  })
  for (const [name, bound, brokerConfig] of groupBounds) {
    const value = values.get(name) as number
    const limit = broker.int(brokerConfig)
    if (bound === 'min' ? value >= limit : value <= limit) continue
    throw invalidConfig(`${name} must be ${bound === 'min' ? 'greater' : 'less'} than or equal to ${brokerConfig}`)
  }
  for (const kind of ['consumer', 'share', 'streams']) {
    const session = `${kind}.session.timeout.ms`
    const heartbeat = `${kind}.heartbeat.interval.ms`
    if ((values.get(session) as number) <= (values.get(heartbeat) as number)) {
      throw invalidConfig(`${session} must be greater than ${heartbeat}`)
    }
  }
}

const matchNames = [
  'client_instance_id',
  'client_id',
  'client_software_name',
  'client_software_version',
  'client_source_address',
  'client_source_port'
]

export function validateClientMetricsConfigs(subscription: string, configs: ReadonlyMap<string, string>): void {
  if (subscription === '') throw invalidRequest("Subscription name can't be empty")
  for (const name of configs.keys()) {
    if (!clientMetricsConfigTable.has(name)) throw invalidRequest(`Unknown client metrics configuration: ${name}`)
  }
  const values = parseAll(clientMetricsConfigTable, configs, () => null)
  const intervalMs = values.get('interval.ms') as number
  if (intervalMs < 100 || intervalMs > 3_600_000) {
    const limits = 'interval must be between 100 and 3600000 (1 hour)'
    throw invalidRequest(`Invalid value ${intervalMs} for interval.ms, ${limits}`)
  }
  for (const pattern of values.get('match') as readonly string[]) {
    if (!isMatchPattern(pattern)) throw invalidConfig(`Illegal client matching pattern: ${pattern}`)
  }
}

function isMatchPattern(pattern: string): boolean {
  // As Java splits: empty parts at the end do not count.
  const parts = pattern.replace(/=+$/, '').split('=')
  if (parts.length !== 2 || !matchNames.includes(parts[0].trim())) return false
  try {
    new RegExp(parts[1].trim())
    return true
  } catch {
    return false
  }
}
