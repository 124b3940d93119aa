// What a broker refuses before a change of dynamic broker configs is stored: configs that are read at start only, those
// that belong to a listener, values that are invalid, jumps in thread counts.
import { combinedErrors, type TextOf } from '../configs/combined-rules.ts'
import type { ConfigValues } from '../configs/config-values.ts'
import { isReadOnly } from '../configs/definition.ts'
import { brokerConfigTable, dynamicOnlyBrokerConfigTable } from '../configs/definitions.ts'
import { configError } from '../configs/parse.ts'
import { invalidValue } from '../configs/rules.ts'
import { listenerConfigName } from '../configs/synonyms.ts'
import { KafkaError } from '../error-codes.ts'
import { AlterOperation, type ConfigOperation } from './alter-configs.ts'
import { jumpError } from './broker-config-jumps.ts'

const invalid = (message: string) => new KafkaError('INVALID_REQUEST', message)

/** May change only for one listener: `listener.name.<name>.<config>`. */
const listenerOnly = new Set([
  'ssl.key.password',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
  'ssl.keystore.location',
  'ssl.keystore.password',
  'ssl.keystore.type',
  'ssl.truststore.certificates',
  'ssl.truststore.location',
  'ssl.truststore.password',
  'ssl.truststore.type'
])
/** Of a listener, yet the same for all brokers. */
const clusterWideOfListener = new Set(['max.connections', 'max.connection.creation.rate', 'num.network.threads'])

const isStatic = (name: string): boolean => {
  const definition = brokerConfigTable.get(name)
  return definition !== undefined && isReadOnly(definition)
}

const isPerBroker = (name: string): boolean => {
  if (brokerConfigTable.get(name)?.update === 'per-broker') return true
  const base = listenerConfigName(name)
  return base !== undefined && !clusterWideOfListener.has(base)
}

/** What the broker would have after the operations; what it ignores among the stored is left out. */
export function afterOperations(
  stored: ReadonlyMap<string, string>,
  operations: readonly ConfigOperation[],
  { perBroker }: { perBroker: boolean }
): Map<string, string> {
  const isIgnored = (name: string) => isStatic(name) || listenerOnly.has(name) || (!perBroker && isPerBroker(name))
  const configs = new Map([...stored].filter(([name]) => !isIgnored(name)))
  for (const { name, operation, value } of operations) {
    if (operation === AlterOperation.SET) configs.set(name, value ?? '')
    else if (operation === AlterOperation.DELETE) configs.delete(name)
    else if (operation === AlterOperation.APPEND || operation === AlterOperation.SUBTRACT) {
      configs.set(name, combined(name, operation, value ?? '', configs.get(name)))
    } else throw invalid(`Unknown operations type ${operation}`)
  }
  return configs
}

function combined(name: string, operation: number, value: string, before: string | undefined): string {
  const definition = brokerConfigTable.get(name)
  if (definition === undefined) throw new KafkaError('INVALID_CONFIG', `Unknown config name: ${name}`)
  if (definition.type !== 'LIST') {
    const verb = operation === AlterOperation.APPEND ? 'append' : 'subtract'
    throw new KafkaError('INVALID_CONFIG', `Config value ${verb} is not allowed for config key: ${name}`)
  }
  const current = before ?? definition.defaultValue ?? ''
  const elements = current === '' ? [] : current.split(',')
  const given = value.split(',')
  if (operation === AlterOperation.APPEND) {
    return [...elements, ...given.filter((element) => !elements.includes(element))].join(',')
  }
  return elements.filter((element) => !given.includes(element)).join(',')
}

const listed = (names: readonly string[]): string => `[${names.join(', ')}]`

/** Throws KafkaError when the broker would not take these dynamic configs. */
export function validateBrokerConfigs(
  configs: ReadonlyMap<string, string>,
  broker: ConfigValues,
  { perBroker }: { perBroker: boolean }
): void {
  const names = [...configs.keys()]
  const refuse = (wrong: readonly string[], message: string) => {
    if (wrong.length > 0) throw invalid(`${message}: ${listed(wrong)}`)
  }
  refuse(names.filter(isStatic), 'Cannot update these configs dynamically')
  const prefixed = 'These security configs can be dynamically updated only per-listener using the listener prefix'
  refuse(
    names.filter((name) => listenerOnly.has(name)),
    prefixed
  )
  for (const [name, value] of configs) checkValue(listenerConfigName(name) ?? name, value)
  const needsBroker = 'Cannot update these configs at default cluster level, broker id must be specified'
  if (!perBroker) refuse(names.filter(isPerBroker), needsBroker)
  checkListeners(configs, broker)
  const textOf = textAfter(configs, broker, { perBroker })
  const [together] = combinedErrors(textOf)
  if (together !== undefined) throw invalid(together.message)
  const jump = jumpError(textOf, broker)
  if (jump !== undefined) throw invalid(jump)
}

function checkValue(name: string, value: string): void {
  const definition = brokerConfigTable.get(name) ?? dynamicOnlyBrokerConfigTable.get(name)
  // Plug-ins have configs of their own, so an unknown name is stored.
  if (definition === undefined) return
  const error = configError(definition, value)
  if (error !== undefined) throw invalid(error)
  if (definition.type === 'CLASS' && value.trim() !== definition.defaultValue) {
    throw invalid(invalidValue(name, value, `Class ${value} could not be found.`))
  }
}

/** Apache Kafka opens and closes listeners while it runs; this broker does not, and says so rather than ignore it. */
function checkListeners(configs: ReadonlyMap<string, string>, broker: ConfigValues): void {
  for (const name of ['listeners', 'listener.security.protocol.map']) {
    const value = configs.get(name)
    if (value === undefined || value === broker.nullableString(name)) continue
    throw invalid(invalidValue(name, value, 'This broker changes its listeners only when it is started anew.'))
  }
}

/** The text in force of each broker config if the dynamic ones of one scope were these. */
function textAfter(
  configs: ReadonlyMap<string, string>,
  broker: ConfigValues,
  { perBroker }: { perBroker: boolean }
): TextOf {
  const ofBroker = (name: string) => (perBroker ? configs.get(name) : broker.dynamicText(name, 'broker'))
  const ofCluster = (name: string) => (perBroker ? broker.dynamicText(name, 'cluster') : configs.get(name))
  return (name) => ofBroker(name) ?? ofCluster(name) ?? broker.staticText(name) ?? broker.defaultText(name)
}
