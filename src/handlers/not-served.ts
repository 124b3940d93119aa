// Why an API that Apache Kafka 4.3.1 knows has no handler here. Whoever sends one finds the reason in the log, and
// docs/compatibility.md in its table. Advertised is none of them, so clients do not send them.
import type { AnyApi } from '../protocol/schema.ts'

export interface UnservedApis {
  /** Completes "is not served: ". */
  readonly reason: string
  readonly apis: readonly string[]
}

export const unservedApis: readonly UnservedApis[] = [
  {
    reason: 'the newer consumer group protocol (KIP-848) is not there yet',
    apis: ['ConsumerGroupHeartbeat', 'ConsumerGroupDescribe']
  },
  {
    reason: 'there are no share groups (KIP-932) yet',
    apis: [
      'ShareGroupHeartbeat',
      'ShareGroupDescribe',
      'ShareFetch',
      'ShareAcknowledge',
      'InitializeShareGroupState',
      'ReadShareGroupState',
      'WriteShareGroupState',
      'DeleteShareGroupState',
      'ReadShareGroupStateSummary',
      'DescribeShareGroupOffsets',
      'AlterShareGroupOffsets',
      'DeleteShareGroupOffsets'
    ]
  },
  {
    reason: 'there are no streams groups (KIP-1071) yet',
    apis: ['StreamsGroupHeartbeat', 'StreamsGroupDescribe']
  },
  { reason: 'there are no ACLs yet', apis: ['DescribeAcls', 'CreateAcls', 'DeleteAcls'] },
  {
    reason: 'there is no SASL yet, so no SCRAM users',
    apis: ['DescribeUserScramCredentials', 'AlterUserScramCredentials']
  },
  {
    reason: 'there are no delegation tokens yet',
    apis: ['CreateDelegationToken', 'RenewDelegationToken', 'ExpireDelegationToken', 'DescribeDelegationToken']
  },
  { reason: 'there are no quotas yet', apis: ['DescribeClientQuotas', 'AlterClientQuotas'] },
  {
    reason: 'client metrics (KIP-714) are not collected yet; Apache Kafka without a plug-in for them does not either',
    apis: ['GetTelemetrySubscriptions', 'PushTelemetry']
  },
  {
    reason: 'feature levels and the metadata quorum cannot be shown or changed this way yet',
    apis: ['DescribeQuorum', 'UpdateFeatures']
  },
  {
    reason: 'it moves, elects or removes brokers, replicas or voters, and there is one of each',
    apis: [
      'AlterReplicaLogDirs',
      'ElectLeaders',
      'AlterPartitionReassignments',
      'ListPartitionReassignments',
      'UnregisterBroker',
      'AddRaftVoter',
      'RemoveRaftVoter'
    ]
  },
  {
    reason: 'brokers and controllers speak it among themselves, on a listener that clients do not use',
    apis: [
      'Vote',
      'BeginQuorumEpoch',
      'EndQuorumEpoch',
      'AlterPartition',
      'Envelope',
      'FetchSnapshot',
      'BrokerRegistration',
      'BrokerHeartbeat',
      'AllocateProducerIds',
      'ControllerRegistration',
      'AssignReplicasToDirs',
      'UpdateRaftVoter'
    ]
  }
]

/** Keys that have a name in Apache Kafka 4.3.1 but no version any more (KIP-896 and the end of ZooKeeper). */
export const removedApis: ReadonlyMap<number, string> = new Map([
  [4, 'LeaderAndIsr'],
  [5, 'StopReplica'],
  [6, 'UpdateMetadata'],
  [7, 'ControlledShutdown']
])

const reasonByName = new Map(unservedApis.flatMap(({ reason, apis }) => apis.map((name) => [name, reason] as const)))

/** Undefined for an API that is served. */
export const whyNotServed = ({ name }: AnyApi): string | undefined => reasonByName.get(name)
