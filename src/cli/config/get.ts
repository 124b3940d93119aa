import { type ConfigEntry, configsOf, resourceText } from '../../client/configs.ts'
import { KafkaError } from '../../error-codes.ts'
import { type ReaderFlags, withClient } from '../client-options.ts'
import { stdout, writeJson } from '../output.ts'
import { formatTable } from '../table.ts'
import { originText } from './origin.ts'
import { parseResource } from './resource.ts'

interface GetFlags extends ReaderFlags {
  readonly all?: boolean
  readonly docs?: boolean
}

export async function getConfigs(resourceWord: string, names: readonly string[], flags: GetFlags): Promise<void> {
  const resource = parseResource(resourceWord)
  const isNamed = names.length > 0
  const configs = await withClient(flags, (client) =>
    configsOf(client, resource, { names: isNamed ? names : null, documentation: flags.docs })
  )
  const missing = names.filter((name) => !configs.some((config) => config.name === name))
  if (missing.length > 0) {
    throw new KafkaError('INVALID_CONFIG', `${resourceText(resource)} has no config '${missing.join("', '")}'`)
  }
  const shown = configs.filter(({ source }) => isNamed || flags.all || source !== 'DEFAULT_CONFIG')
  if (flags.json) return writeJson(shown)
  await stdout.write(flags.docs ? shown.map(formatWithDocs).join('\n') : formatConfigs(shown))
}

const valueText = ({ value, isSensitive }: ConfigEntry): string | null => (isSensitive ? '(hidden)' : value)

function formatConfigs(configs: readonly ConfigEntry[]): string {
  const rows = configs.map((config) => [config.name, valueText(config), originText(config.source)])
  return formatTable(['name', 'value', 'origin'], rows)
}

function formatWithDocs(config: ConfigEntry): string {
  const { name, source, type, isReadOnly, documentation } = config
  const kind = `${type.toLowerCase()}${isReadOnly ? ', read only' : ''}`
  const head = `${name} = ${valueText(config) ?? '(none)'}  (${originText(source)}; ${kind})\n`
  return documentation === '' ? head : `${head}  ${documentation}\n`
}
