// The one table of what may differ between two brokers that both are right. Everything else must be equal.
// Not here, because no test compares it: ids and timestamps that a broker makes up (topic ids, cluster id, member ids,
// producer ids, session ids), and the address it listens on.
import type { DescribedConfig } from './config-requests.ts'

/** Texts: the names that a test made up, and times, which near Java's smallest long are not exact in JavaScript. */
export function normalisedText(text: string | null, topicName: string): string | null {
  return text?.replaceAll(topicName, 'NAME').replaceAll(/-?\b\d{13,}\b/g, 'TIME') ?? null
}

/** Broker configs whose value is the broker's own business: where it runs, and settings of Apache Kafka's own parts. */
const valuesOfItsOwn: Readonly<Record<string, string>> = {}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)

/** Everything about each config but its documentation, which is each broker's own words. */
export function normalisedConfigs(configs: readonly DescribedConfig[]): string {
  const rows = configs.toSorted(byName).map(({ documentation: _, ...config }) => config)
  return lines(rows)
}

/** Values and their sources are settings; names, types and flags are the contract. */
export function normalisedBrokerConfigs(configs: readonly DescribedConfig[]): string {
  const rows = configs
    .filter(({ name }) => !(name in valuesOfItsOwn))
    .toSorted(byName)
    .map(({ name, configType, readOnly, isSensitive }) => ({ name, configType, readOnly, isSensitive }))
  return lines(rows)
}

/** One row a line, so that a difference names its config. */
function lines(rows: readonly object[]): string {
  return `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`
}
