// All places that configs come from, lowest precedence first: the profile's defaults, file, environment, overrides, flags.
import { readFileSync } from 'node:fs'
import { UsageError } from '../../client/errors.ts'
import { ConfigValues, type Origin } from '../../configs/config-values.ts'
import { ConfigError } from '../../configs/parse.ts'
import { memoryDefaults } from '../../configs/product-defaults.ts'
import { replaceFirstListener } from '../../network/listener-config.ts'
import { defaultDataDirectory } from './data-directory.ts'
import { environmentSettings } from './environment.ts'
import { parseProperties } from './properties-file.ts'

export interface ConfigFlags {
  readonly port?: number
  readonly host?: string
  readonly data?: string
  readonly memory?: boolean
  /** Of several files the later one wins. */
  readonly config?: readonly string[]
  readonly override?: readonly string[]
}

export interface SourcedSetting {
  readonly name: string
  readonly value: string
  readonly origin: Origin
  /** For people: the file, the variable, the flag. */
  readonly source: string
}

function fileSettings(path: string): SourcedSetting[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`cannot read the configuration file ${path} (${code}): check the path given to --config`)
  }
  return [...parseProperties(text)].map(([name, value]) => ({ name, value, origin: 'file', source: path }))
}

function overrideSettings(overrides: readonly string[]): SourcedSetting[] {
  return overrides.map((override) => {
    const equals = override.indexOf('=')
    if (equals < 1) throw new UsageError(`--override ${override} is not KEY=VALUE, as in --override num.partitions=3`)
    const name = override.slice(0, equals).trim()
    return { name, value: override.slice(equals + 1), origin: 'override', source: '--override' }
  })
}

const valuesOf = (settings: readonly SourcedSetting[]): ConfigValues =>
  new ConfigValues(settings.map(({ name, value, origin }) => [name, value, origin] as const))

function listenerFlags(lower: readonly SourcedSetting[], { host, port }: ConfigFlags): SourcedSetting[] {
  if (host === undefined && port === undefined) return []
  const source = [port === undefined ? '' : '--port', host === undefined ? '' : '--host'].join(' ').trim()
  const value = replaceFirstListener(valuesOf(lower), { host: host === '*' ? '' : host, port })
  return [{ name: 'listeners', value, origin: 'flag', source }]
}

function dataSettings(lower: readonly SourcedSetting[], flags: ConfigFlags, environment: NodeJS.ProcessEnv) {
  if (flags.data !== undefined) {
    return [{ name: 'log.dirs', value: flags.data, origin: 'flag', source: '--data' } as const]
  }
  if (flags.memory || lower.some(({ name }) => name === 'log.dirs' || name === 'log.dir')) return []
  const value = defaultDataDirectory(environment)
  return [{ name: 'log.dirs', value, origin: 'default', source: 'default' } as const]
}

/** Of one name the last one counts. */
export function collectSettings(flags: ConfigFlags, environment: NodeJS.ProcessEnv): SourcedSetting[] {
  if (flags.memory && flags.data !== undefined) {
    throw new UsageError('--memory keeps nothing on disk and --data DIR does: give only one of them')
  }
  const settings: SourcedSetting[] = []
  if (flags.memory) {
    for (const [name, value] of memoryDefaults) settings.push({ name, value, origin: 'default', source: '--memory' })
  }
  for (const path of flags.config ?? []) settings.push(...fileSettings(path))
  for (const { name, value, variable } of environmentSettings(environment)) {
    settings.push({ name, value, origin: 'environment', source: variable })
  }
  settings.push(...overrideSettings(flags.override ?? []))
  settings.push(...listenerFlags(settings, flags))
  settings.push(...dataSettings(settings, flags, environment))
  return settings
}

/** Throws ConfigError for the first value that Apache Kafka would refuse. */
export function checkedConfig(settings: readonly SourcedSetting[]): ConfigValues {
  const config = valuesOf(settings)
  const [error] = config.errors()
  if (error === undefined) return config
  const setting = settings.findLast(({ name }) => name === error.configName)
  throw new ConfigError(
    error.configName,
    setting === undefined ? error.message : `${error.message} (${setting.source})`
  )
}
