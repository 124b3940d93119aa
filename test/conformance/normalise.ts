// The one table of what may differ between two brokers that both are right. Everything else must be equal.
// Not here, because no test compares it: ids and timestamps that a broker makes up (topic ids, cluster id, member ids,
// producer ids, session ids), and the address it listens on.
import type { DescribedConfig } from './config-requests.ts'

/** Texts: the names that a test made up, and times; an open bound is near Java's smallest long, or -Infinity. */
export function normalisedText(text: string | null, topicName: string): string | null {
  return text?.replaceAll(topicName, 'NAME').replaceAll(/-?\b(\d{13,}|Infinity)\b/g, 'TIME') ?? null
}

const address = 'where this broker listens, keeps its data and finds its controller'
const singleNode = 'a default for one node, which Apache Kafka has to be told'
/** Broker configs with a value or source of the broker's own, and why. Their names, types and flags are compared. */
const settingsOfItsOwn: Readonly<Record<string, string>> = {
  'advertised.listeners': address,
  'broker.id': singleNode,
  'controller.listener.names': address,
  'controller.quorum.voters': address,
  'group.initial.rebalance.delay.ms': singleNode,
  'listener.security.protocol.map': address,
  listeners: address,
  'log.dirs': address,
  'node.id': singleNode,
  'offsets.topic.replication.factor': singleNode,
  'process.roles': singleNode,
  'share.coordinator.state.topic.min.isr': singleNode,
  'share.coordinator.state.topic.replication.factor': singleNode,
  'transaction.state.log.min.isr': singleNode,
  'transaction.state.log.replication.factor': singleNode
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)

/** Everything about each config but its documentation, which is each broker's own words. */
export function normalisedConfigs(configs: readonly DescribedConfig[]): string {
  const rows = configs.toSorted(byName).map(({ documentation: _, ...config }) => config)
  return lines(rows)
}

/** As normalisedConfigs, without the values that are a broker's own. */
export function normalisedBrokerConfigs(configs: readonly DescribedConfig[]): string {
  const rows = configs.toSorted(byName).map(({ documentation: _, ...config }) => {
    const { name, configType, readOnly, isSensitive } = config
    return name in settingsOfItsOwn ? { name, configType, readOnly, isSensitive } : config
  })
  return lines(rows)
}

/** One row a line, so that a difference names its config. */
function lines(rows: readonly object[]): string {
  return `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`
}

/**
 * Broker configs that name a broker's own parts: its listeners, and Java classes, which only Apache Kafka can load.
 * What they may be is each broker's matter.
 */
export const configsOfOwnParts: ReadonlySet<string> = new Set([
  'listeners',
  'listener.security.protocol.map',
  'metric.reporters',
  'principal.builder.class',
  'ssl.engine.factory.class'
])

/** Configs whose refusal is the text of whatever exception Java's parser made: the error counts, not the text. */
const refusedWithoutWords: ReadonlySet<string> = new Set(['log.cleaner.threads', 'max.connections.per.ip.overrides'])

/** One line: the config, the value, and what the validator said but for names that a test made up. */
export function normalisedVerdict(
  { name, value, error, message }: { name: string; value: string; error: string; message: string | null },
  resourceName: string
): string {
  const said = (text: string) => {
    // A check in a part of Apache Kafka that can be reconfigured, wrapped by the part that asks it.
    const unwrapped = /^Invalid value [\w.]+Exception: (.*) for configuration Invalid dynamic configuration$/.exec(text)
    return resourceName.includes('-') ? text.replaceAll(resourceName, 'NAME') : (unwrapped?.[1] ?? text)
  }
  const words = message === null || refusedWithoutWords.has(name) ? '' : ` ${said(message)}`
  return `${name}=${JSON.stringify(value)}: ${error === 'NONE' ? 'taken' : error + words}\n`
}
