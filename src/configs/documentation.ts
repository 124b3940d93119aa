// One line about each config, for DescribeConfigs and `odradek config`.
import { brokerClusterDocumentation } from './documentation/broker-cluster-documentation.ts'
import { brokerGroupsDocumentation } from './documentation/broker-groups-documentation.ts'
import { brokerLogDocumentation } from './documentation/broker-log-documentation.ts'
import { brokerNetworkDocumentation } from './documentation/broker-network-documentation.ts'
import { brokerRemoteDocumentation } from './documentation/broker-remote-documentation.ts'
import { brokerSecurityDocumentation } from './documentation/broker-security-documentation.ts'
import { brokerTransactionsDocumentation } from './documentation/broker-transactions-documentation.ts'

export { clientMetricsDocumentation } from './documentation/client-metrics-documentation.ts'
export { groupDocumentation } from './documentation/group-documentation.ts'
export { topicDocumentation } from './documentation/topic-documentation.ts'

const brokerTables = [
  brokerClusterDocumentation,
  brokerGroupsDocumentation,
  brokerLogDocumentation,
  brokerNetworkDocumentation,
  brokerRemoteDocumentation,
  brokerSecurityDocumentation,
  brokerTransactionsDocumentation
]

export const brokerDocumentation = (name: string): string | undefined =>
  brokerTables.find((table) => Object.hasOwn(table, name))?.[name]
