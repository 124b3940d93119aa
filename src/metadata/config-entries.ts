// Configs as DescribeConfigs shows them: the value in force, where it comes from, and the synonyms that could have given
// it, first choice first. The rules, odd ones included, are Apache Kafka's.
import type { ConfigValues } from '../configs/config-values.ts'
import type { ConfigDefinition, ConfigType } from '../configs/definition.ts'
import { isReadOnly } from '../configs/definition.ts'
import {
  brokerConfigTable,
  type ConfigTable,
  clientMetricsConfigTable,
  dynamicOnlyBrokerConfigTable,
  groupConfigTable,
  topicConfigTable
} from '../configs/definitions.ts'
import { brokerValueOfTopicConfig } from '../configs/log-config.ts'
import { canonicalText } from '../configs/parse.ts'
import { brokerSynonyms, groupSynonym, topicSynonyms } from '../configs/synonyms.ts'

/** Numbers of DescribeConfigs. */
export const ConfigSource = {
  UNKNOWN: 0,
  TOPIC_CONFIG: 1,
  DYNAMIC_BROKER_CONFIG: 2,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
  DYNAMIC_BROKER_LOGGER_CONFIG: 6,
  CLIENT_METRICS_CONFIG: 7,
  GROUP_CONFIG: 8
} as const

export interface SynonymEntry {
  readonly name: string
  readonly value: string | null
  readonly source: number
}

export interface ConfigEntry {
  readonly name: string
  /** Null when there is none, or when it must not be shown. */
  readonly value: string | null
  readonly source: number
  readonly isSensitive: boolean
  readonly readOnly: boolean
  /** Undefined for a name that no table knows. */
  readonly type: ConfigType | undefined
  readonly synonyms: readonly SynonymEntry[]
}

interface EntryInit {
  readonly name: string
  readonly value: string | null
  readonly definition: ConfigDefinition | undefined
  readonly readOnly?: boolean
  readonly synonyms: readonly SynonymEntry[]
}

/** What cannot be told to be harmless is not shown: passwords, and values under names that nobody knows. */
const isHidden = (definition: ConfigDefinition | undefined): boolean =>
  definition === undefined || definition.type === 'PASSWORD'

function entry({ name, value, definition, readOnly = false, synonyms }: EntryInit): ConfigEntry {
  const isSensitive = isHidden(definition)
  return {
    name,
    value: isSensitive || value === null || definition === undefined ? null : canonicalText(definition, value),
    source: synonyms[0]?.source ?? ConfigSource.DEFAULT_CONFIG,
    isSensitive,
    readOnly,
    type: definition?.type,
    synonyms: isSensitive ? synonyms.map((synonym) => ({ ...synonym, value: null })) : synonyms
  }
}

/** What is set on the resource itself; unlike its synonyms in canonical form. */
const ownEntry = (definition: ConfigDefinition, text: string, source: number): SynonymEntry => ({
  name: definition.name,
  value: canonicalText(definition, text),
  source
})

/** The configs of a table that are shown: all but the internal ones, and those when they are set. */
function shown(table: ConfigTable, isSet: (name: string) => boolean): ConfigDefinition[] {
  return [...table.values()].filter((definition) => definition.isInternal !== true || isSet(definition.name))
}

/** Every place where one of these broker configs has a value, the strongest first, from the first that has the name. */
function brokerSynonymEntries(broker: ConfigValues, wanted: string): SynonymEntry[] {
  const names = brokerSynonyms(wanted)
  const found = (read: (name: string) => string | null | undefined, source: number): SynonymEntry[] =>
    names.flatMap((name) => {
      const value = read(name)
      return value === undefined || value === null ? [] : [{ name, value, source }]
    })
  const all = [
    ...found((name) => broker.dynamicText(name, 'broker'), ConfigSource.DYNAMIC_BROKER_CONFIG),
    ...found((name) => broker.dynamicText(name, 'cluster'), ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
    ...found((name) => broker.staticText(name), ConfigSource.STATIC_BROKER_CONFIG),
    ...found((name) => (brokerConfigTable.has(name) ? broker.defaultText(name) : null), ConfigSource.DEFAULT_CONFIG)
  ]
  const first = all.findIndex(({ name }) => name === wanted)
  return first === -1 ? [] : all.slice(first)
}

export function topicEntries(topic: ReadonlyMap<string, string>, broker: ConfigValues): ConfigEntry[] {
  return shown(topicConfigTable, (name) => topic.has(name)).map((definition) => {
    const { name } = definition
    const own = topic.get(name)
    const brokerName = topicSynonyms[name]?.[0].name
    const inherited = brokerName === undefined ? [] : brokerSynonymEntries(broker, brokerName)
    return entry({
      name,
      value: own ?? brokerValueOfTopicConfig(broker, name),
      definition,
      synonyms: own === undefined ? inherited : [ownEntry(definition, own, ConfigSource.TOPIC_CONFIG), ...inherited]
    })
  })
}

/** As CreateTopics answers them: sorted by name, each synonym counting in its own right, values as they were written. */
export function topicEntriesAtCreation(topic: ReadonlyMap<string, string>, broker: ConfigValues): ConfigEntry[] {
  const definitions = shown(topicConfigTable, (name) => topic.has(name))
  const entries = definitions.map(({ name, type, defaultValue }): ConfigEntry => {
    const { value, source } = valueAtCreation(name, topic, broker) ?? {
      value: defaultValue,
      source: ConfigSource.DEFAULT_CONFIG
    }
    return { name, value, source, isSensitive: false, readOnly: false, type, synonyms: [] }
  })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function valueAtCreation(name: string, topic: ReadonlyMap<string, string>, broker: ConfigValues) {
  const own = topic.get(name)
  if (own !== undefined) return { value: own, source: ConfigSource.TOPIC_CONFIG }
  const places = [
    [(of: string) => broker.dynamicText(of, 'broker'), ConfigSource.DYNAMIC_BROKER_CONFIG],
    [(of: string) => broker.dynamicText(of, 'cluster'), ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG],
    [(of: string) => broker.staticText(of), ConfigSource.STATIC_BROKER_CONFIG]
  ] as const
  for (const [read, source] of places) {
    for (const synonym of topicSynonyms[name] ?? []) {
      const text = read(synonym.name)
      if (text === undefined) continue
      return { value: synonym.unitMs === 1 ? text : String(BigInt(text.trim()) * BigInt(synonym.unitMs)), source }
    }
  }
  return undefined
}

/** Also of a name that is a known config for one listener: `listener.name.<name>.<config>`. */
function brokerDefinition(name: string): ConfigDefinition | undefined {
  const exact = brokerConfigTable.get(name) ?? dynamicOnlyBrokerConfigTable.get(name)
  return exact ?? brokerConfigTable.get(brokerSynonyms(name)[1] ?? '')
}

const isReadOnlyName = (name: string): boolean => {
  const definition = brokerConfigTable.get(name) ?? dynamicOnlyBrokerConfigTable.get(name)
  return definition === undefined || isReadOnly(definition)
}

/** This broker's configs, all of them, also those under names that nobody knows. */
export function brokerEntries(broker: ConfigValues): ConfigEntry[] {
  const set = new Set([...broker.staticNames(), ...broker.dynamicNames('cluster'), ...broker.dynamicNames('broker')])
  const known = shown(brokerConfigTable, (name) => set.has(name))
  const others = [...set].filter((name) => !brokerConfigTable.has(name))
  return [
    ...known.map(({ name }) => brokerEntry(broker, name, broker.text(name))),
    ...others.map((name) => rawBrokerEntry(broker, name, broker.textOrNull(name)))
  ]
}

function brokerEntry(broker: ConfigValues, name: string, value: string | null): ConfigEntry {
  const synonyms = brokerSynonymEntries(broker, name)
  return entry({ name, value, definition: brokerDefinition(name), readOnly: isReadOnlyName(name), synonyms })
}

/** As it was written, not in canonical form. */
function rawBrokerEntry(broker: ConfigValues, name: string, value: string | null): ConfigEntry {
  return { ...brokerEntry(broker, name, null), value: isHidden(brokerDefinition(name)) ? null : value }
}

/** The dynamic defaults of all brokers: only what is set. */
export function clusterDefaultEntries(broker: ConfigValues): ConfigEntry[] {
  return [...broker.dynamicNames('cluster')].map((name) => {
    const { synonyms, ...found } = rawBrokerEntry(broker, name, broker.dynamicText(name, 'cluster') ?? null)
    const own = synonyms.filter(({ source }) => source === ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG)
    return { ...found, source: own[0]?.source ?? ConfigSource.DEFAULT_CONFIG, synonyms: own }
  })
}

export function groupEntries(group: ReadonlyMap<string, string>, broker: ConfigValues): ConfigEntry[] {
  return shown(groupConfigTable, (name) => group.has(name)).map((definition) => {
    const { name, defaultValue } = definition
    const own = group.get(name)
    const brokerName = groupSynonym(name)
    const inherited: SynonymEntry[] =
      brokerName === undefined
        ? [{ name, value: defaultValue, source: ConfigSource.DEFAULT_CONFIG }]
        : brokerSynonymEntries(broker, brokerName)
    return entry({
      name,
      value: own ?? (brokerName === undefined ? defaultValue : broker.text(brokerName)),
      definition,
      synonyms: own === undefined ? inherited : [ownEntry(definition, own, ConfigSource.GROUP_CONFIG), ...inherited]
    })
  })
}

export function clientMetricsEntries(subscription: ReadonlyMap<string, string>): ConfigEntry[] {
  return shown(clientMetricsConfigTable, (name) => subscription.has(name)).map((definition) => {
    const { name, defaultValue } = definition
    const own = subscription.get(name)
    return entry({
      name,
      value: own ?? defaultValue,
      definition,
      synonyms: own === undefined ? [] : [ownEntry(definition, own, ConfigSource.CLIENT_METRICS_CONFIG)]
    })
  })
}
