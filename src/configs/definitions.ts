// All configs of Apache Kafka 4.3.1 by kind, and the way to find one by its name or by a name that is nearly right.
import { brokerClusterConfigs } from './broker/cluster-configs.ts'
import { brokerGroupsConfigs } from './broker/groups-configs.ts'
import { brokerLogConfigs } from './broker/log-configs.ts'
import { brokerNetworkConfigs } from './broker/network-configs.ts'
import { brokerRemoteConfigs } from './broker/remote-configs.ts'
import { brokerSecurityConfigs } from './broker/security-configs.ts'
import { brokerTransactionsConfigs } from './broker/transactions-configs.ts'
import { clientMetricsConfigs } from './client-metrics-configs.ts'
import { type ConfigDefinition, long } from './definition.ts'
import { groupConfigs } from './group-configs.ts'
import { atLeast } from './rules.ts'
import { topicConfigs } from './topic-configs.ts'

export { clientMetricsConfigs, groupConfigs, topicConfigs }

export type ConfigTable = ReadonlyMap<string, ConfigDefinition>

const tableOf = (definitions: readonly ConfigDefinition[]): ConfigTable =>
  new Map(definitions.map((definition) => [definition.name, definition]))

export const brokerConfigs: readonly ConfigDefinition[] = [
  ...brokerClusterConfigs,
  ...brokerGroupsConfigs,
  ...brokerLogConfigs,
  ...brokerNetworkConfigs,
  ...brokerRemoteConfigs,
  ...brokerSecurityConfigs,
  ...brokerTransactionsConfigs
]

const longMax = '9223372036854775807'
const throttle = { rule: atLeast(0), update: 'cluster-wide' } as const

/** Broker configs that exist only as dynamic ones: no server.properties can set them. */
export const dynamicOnlyBrokerConfigs: readonly ConfigDefinition[] = [
  long('follower.replication.throttled.rate', longMax, 'MEDIUM', throttle),
  long('leader.replication.throttled.rate', longMax, 'MEDIUM', throttle),
  long('replica.alter.log.dirs.io.max.bytes.per.second', longMax, 'MEDIUM', throttle)
]

export const brokerConfigTable = tableOf(brokerConfigs)
export const dynamicOnlyBrokerConfigTable = tableOf(dynamicOnlyBrokerConfigs)
export const topicConfigTable = tableOf(topicConfigs)
export const groupConfigTable = tableOf(groupConfigs)
export const clientMetricsConfigTable = tableOf(clientMetricsConfigs)

/** Optimal string alignment: insertions, deletions, replacements and swapped neighbours cost 1 each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1
      let best = Math.min(last[column] + 1, current[column - 1] + 1, last[column - 1] + cost)
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (isSwap) best = Math.min(best, beforeLast[column - 2] + 1)
      current.push(best)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]
}

/** The known name an unknown one most likely stands for; undefined when nothing is near. */
export function nearestName(
  unknown: string,
  known: Iterable<string> = [...brokerConfigTable.keys(), ...topicConfigTable.keys()]
): string | undefined {
  const wanted = unknown.toLowerCase().replaceAll('_', '.')
  let nearest: string | undefined
  let best = Math.max(2, Math.floor(unknown.length / 4)) + 1
  for (const name of known) {
    if (Math.abs(name.length - wanted.length) >= best) continue
    const distance = editDistance(wanted, name)
    if (distance < best) {
      best = distance
      nearest = name
    }
  }
  return nearest
}
