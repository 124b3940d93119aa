// docs/compatibility.md as text, from the code's own tables.
import {
  brokerConfigs,
  brokerConfigTable,
  clientMetricsConfigs,
  groupConfigs,
  topicConfigs
} from '../../src/configs/definitions.ts'
import { effectiveBrokerConfigs, effectiveTopicConfigs } from '../../src/configs/effects.ts'
import {
  type ConfigKind,
  configsWithoutEffect,
  type NoEffect,
  noEffect,
  whyNoEffect
} from '../../src/configs/no-effect.ts'
import { memoryDefaults, productDefaults } from '../../src/configs/product-defaults.ts'
import { handlers } from '../../src/handlers/index.ts'
import { removedApis, unservedApis } from '../../src/handlers/not-served.ts'
import { allApis } from '../../src/protocol/apis.ts'
import { versionRange } from '../../src/protocol/compile.ts'
import type { AnyApi, Versions } from '../../src/protocol/schema.ts'
import { differences } from './differences.ts'
import { missingFeatures } from './missing-features.ts'

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1)
const code = (text: string | null): string => (text === null || text === '' ? '(none)' : `\`${text}\``)
const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly string[]): string =>
  [row(...head), row(...head.map(() => '---')), ...rows].join('\n')

function versionsText(versions: Versions): string {
  const { min, max } = versionRange(versions)
  return min === max ? String(min) : `${min} to ${max}`
}

function servedVersions(api: AnyApi): string | undefined {
  const handler = handlers.find((candidate) => candidate.api === api)
  if (handler === undefined) return undefined
  const served = versionsText(handler.versions)
  const advertised = versionsText(handler.advertisedVersions)
  return advertised === served ? served : `${served} (advertised: ${advertised}, as Apache Kafka does)`
}

function servedTable(): string {
  const rows = allApis
    .map((api) => ({ api, versions: servedVersions(api) }))
    .filter(({ versions }) => versions !== undefined)
    .toSorted((a, b) => a.api.key - b.api.key)
  return table(
    ['key', 'API', 'versions'],
    rows.map(({ api, versions }) => row(api.key, api.name, versions as string))
  )
}

const keyByName = new Map(allApis.map(({ name, key }) => [name, key]))

function unservedTable(): string {
  const named = (name: string) => `${name} (${keyByName.get(name)})`
  const rows = unservedApis.map(({ reason, apis }) => row(capital(reason), apis.map(named).join(', ')))
  const removed = Array.from(removedApis, ([key, name]) => `${name} (${key})`).join(', ')
  return table(['why', 'APIs (keys)'], [...rows, row('Apache Kafka 4 has no version of them any more', removed)])
}

function defaultsTable(): string {
  const rows = productDefaults.map(({ name, value, reason }) =>
    row(code(name), code(value), code(brokerConfigTable.get(name)?.defaultValue ?? null), reason)
  )
  return table(['config', 'here', 'Apache Kafka', 'why'], rows)
}

function memoryTable(): string {
  const rows = memoryDefaults.map(([name, value]) =>
    row(code(name), code(value), code(brokerConfigTable.get(name)?.defaultValue ?? null))
  )
  return table(['config', 'with `--memory`', 'Apache Kafka'], rows)
}

const byKind = configsWithoutEffect()
/** A broker and a topic config may have one name. */
const withoutEffect = [...new Set(Object.values(byKind).flat())]
/** Patterns may stand for names only if they cover no config that has an effect. */
const withEffect = [...effectiveBrokerConfigs, ...effectiveTopicConfigs]
const covers = (pattern: string, name: string): boolean => name.startsWith(pattern.slice(0, -1))

/** The names of one group, sorted; many that begin alike are `x.*` with their number. */
function namesText({ reason, names }: NoEffect): string {
  let rest = withoutEffect.filter((name) => whyNoEffect(name)?.reason === reason)
  const wholes: string[] = []
  for (const pattern of names.filter((name) => name.endsWith('.*'))) {
    const covered = rest.filter((name) => covers(pattern, name))
    const all = [...withoutEffect, ...withEffect].filter((name) => covers(pattern, name))
    if (covered.length < 4 || covered.length < all.length) continue
    wholes.push(`\`${pattern}\` (${covered.length})`)
    rest = rest.filter((name) => !covers(pattern, name))
  }
  return [...wholes, ...rest.map((name) => `\`${name}\``)].toSorted().join(', ')
}

const noEffectTable = (): string =>
  table(
    ['why', 'configs'],
    noEffect.map((group) => row(group.reason, namesText(group)))
  )

const differenceTables = (): string =>
  Object.entries(differences)
    .map(([title, list]) => {
      const rows = list.map(({ about, here, apache, why }) => row(about, here, apache, why))
      return `### ${title}\n\n${table(['what', 'here it', 'Apache Kafka', 'why'], rows)}`
    })
    .join('\n\n')

const count = (kind: ConfigKind): string => `${byKind[kind].length} ${kind}`

export const compatibilityDocument = (): string => `# Compatibility

Odradek is held against Apache Kafka 4.3.1: the same wire versions, errors, order of checks, config names, defaults and
files. This page lists what is served, what is not, and every difference that is on purpose. It is made from the code by
\`npm run docs:compatibility\`; a test fails when it is out of date.

## APIs that are served

In every version that Apache Kafka 4.3.1 serves. ApiVersions advertises these and no others.

${servedTable()}

## APIs that are not

Not advertised, so clients do not send them. Who does so anyway has the connection closed, and the log says why.

${unservedTable()}

## What clients see of what is not there yet

As Apache Kafka's Java clients 4.3.1 tell it:

${table(
  ['feature', 'what happens'],
  missingFeatures.map(({ feature, seen }) => row(feature, seen))
)}

## Defaults that differ

${defaultsTable()}

\`odradek start\` keeps its data, unless it is told where, in the user's data folder (\`~/.local/share/odradek\`,
\`~/Library/Application Support/odradek\`, \`%LOCALAPPDATA%\\odradek\`); Apache Kafka in \`/tmp/kafka-logs\`.

With \`--memory\`, and when it is embedded without a directory, nothing has to move to a larger cluster later:

${memoryTable()}

## Configs without effect

Every config of Apache Kafka 4.3.1 is known, checked, stored and described. Of the ${brokerConfigs.length} broker, ${topicConfigs.length} topic, ${groupConfigs.length} group
and ${clientMetricsConfigs.length} client-metrics configs, these change nothing here (${Object.keys(byKind)
  .map((kind) => count(kind as ConfigKind))
  .join(', ')}).
Setting one whose feature is missing gets a warning at the start.

${noEffectTable()}

## Differences on purpose

${differenceTables()}
`
