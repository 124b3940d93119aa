// KAFKA_* variables as the apache/kafka image maps them to configs, so that its compose files work unchanged.
// KAFKA_ is cut off, the rest lower-cased; then `___` stands for `-`, `__` for `_` and `_` for `.`.
import type { ConfigSetting } from '../../configs/config-values.ts'

const PREFIX = 'KAFKA_'
/** Those that the image keeps for its own scripts; they are no configs. */
const EXCLUDED = new Set([
  'KAFKA_VERSION',
  'KAFKA_HEAP_OPTS',
  'KAFKA_LOG4J_OPTS',
  'KAFKA_OPTS',
  'KAFKA_JMX_OPTS',
  'KAFKA_JVM_PERFORMANCE_OPTS',
  'KAFKA_GC_LOG_OPTS',
  'KAFKA_LOG4J_ROOT_LOGLEVEL',
  'KAFKA_LOG4J_LOGGERS',
  'KAFKA_TOOLS_LOG4J_LOGLEVEL',
  'KAFKA_JMX_HOSTNAME'
])

/** What clients look for, our own verbs among them: no configs of a broker. */
const FOR_CLIENTS = new Set(['KAFKA_BROKERS', 'KAFKA_BOOTSTRAP_SERVERS'])

const SEPARATORS: Readonly<Record<string, string>> = { _: '.', __: '_', ___: '-' }

/** Longer runs are worked off from the left, as the image's three replacements do: `____` is `-.`. */
export function configNameOf(variable: string): string {
  const name = variable.slice(PREFIX.length).toLowerCase()
  return name.replace(/_{1,3}/g, (run) => SEPARATORS[run])
}

export interface EnvironmentSetting {
  readonly variable: string
  readonly name: string
  readonly value: string
}

export function environmentSettings(environment: NodeJS.ProcessEnv): EnvironmentSetting[] {
  const settings: EnvironmentSetting[] = []
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || EXCLUDED.has(variable) || FOR_CLIENTS.has(variable) || value === undefined)
      continue
    settings.push({ variable, name: configNameOf(variable), value })
  }
  return withDerivedListeners(settings)
}

/** Advertised listeners without listeners: the image binds the same ports on every address. */
function withDerivedListeners(settings: EnvironmentSetting[]): EnvironmentSetting[] {
  const advertised = settings.find(({ name }) => name === 'advertised.listeners')
  if (advertised === undefined || settings.some(({ name, value }) => name === 'listeners' && value !== ''))
    return settings
  const value = advertised.value.replace(/:\/\/(\[[^\]]*\]|[^:,]*):/g, '://0.0.0.0:')
  return [...settings, { variable: advertised.variable, name: 'listeners', value }]
}

export const toConfigSetting = ({ name, value }: EnvironmentSetting): ConfigSetting => [name, value, 'environment']

const LOG_LEVELS: Readonly<Record<string, string>> = {
  ALL: 'debug',
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
  FATAL: 'error',
  OFF: 'silent'
}

/** KAFKA_LOG4J_ROOT_LOGLEVEL in the words of --log-level. */
export function environmentLogLevel(environment: NodeJS.ProcessEnv): string | undefined {
  const level = environment.KAFKA_LOG4J_ROOT_LOGLEVEL
  return level === undefined ? undefined : LOG_LEVELS[level.trim().toUpperCase()]
}
