// `odradek config --show-origin`: every value that a start with the same flags would use, and who says so.

import { isSensitive } from '../configs/definition.ts'
import { brokerConfigs } from '../configs/definitions.ts'
import { type ConfigFlags, checkedConfig, collectSettings } from './configuration/collect-settings.ts'
import { stdout, writeJson } from './output.ts'

export interface ShowFlags extends ConfigFlags {
  readonly showOrigin?: boolean
  readonly json?: boolean
}

interface Shown {
  readonly name: string
  readonly value: string | null
  readonly origin: string
  /** The file, the variable, the flag. */
  readonly source: string
}

const HIDDEN = '[hidden]'

function shownConfigs(flags: ShowFlags): Shown[] {
  const settings = collectSettings(flags, process.env)
  const config = checkedConfig(settings)
  const sources = new Map(settings.map(({ name, source }) => [name, source]))
  const known = brokerConfigs
    .filter((definition) => !definition.isInternal || config.has(definition.name))
    .map((definition): Shown => {
      const { name } = definition
      const text = config.text(name)
      const value = isSensitive(definition) && text !== null ? HIDDEN : text
      return { name, value, origin: config.origin(name), source: sources.get(name) ?? 'default' }
    })
  const unknown = config.unknownNames().map((name): Shown => {
    const value = config.staticText(name) ?? null
    return { name, value, origin: config.origin(name), source: `${sources.get(name)}, unknown name` }
  })
  return [...known, ...unknown].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const originText = ({ origin, source }: Shown): string => (origin === source ? origin : `${origin} (${source})`)

export async function showConfig(flags: ShowFlags): Promise<void> {
  const shown = shownConfigs(flags)
  if (flags.json) return writeJson(flags.showOrigin ? shown : shown.map(({ name, value }) => ({ name, value })))
  for (const config of shown) {
    const line = `${config.name}=${config.value ?? ''}`
    await stdout.write(flags.showOrigin ? `${line}  # ${originText(config)}\n` : `${line}\n`)
  }
}
