// Why a config that Apache Kafka 4.3.1 knows has no effect here (those that have one are in effects.ts). Each is still
// checked, stored and described. docs/compatibility.md is made from this table, and a start warns about what a user set
// in vain.
import {
  brokerConfigs,
  clientMetricsConfigs,
  dynamicOnlyBrokerConfigs,
  groupConfigs,
  topicConfigs
} from './definitions.ts'
import { effectiveBrokerConfigs, effectiveTopicConfigs } from './effects.ts'

export type ConfigKind = 'broker' | 'topic' | 'group' | 'client metrics'

export interface NoEffect {
  /** A sentence. */
  readonly reason: string
  /** What is asked for is missing, rather than needless on this broker. */
  readonly isMissed: boolean
  /** Names; `x.*` is all names that begin with `x.` and are in no other group. */
  readonly names: readonly string[]
}

/** The first group that a name is in counts. */
export const noEffect: readonly NoEffect[] = [
  {
    reason: 'There is one node: nothing is replicated, moved, elected or registered elsewhere.',
    isMissed: false,
    names: [
      'alter.log.dirs.*',
      'auto.leader.rebalance.enable',
      'broker.heartbeat.interval.ms',
      'broker.session.timeout.ms',
      'controlled.shutdown.enable',
      'controller.quorum.*',
      'controller.socket.timeout.ms',
      'follower.fetch.last.tiered.offset.enable',
      'follower.replication.throttled.rate',
      'follower.replication.throttled.replicas',
      'initial.broker.registration.timeout.ms',
      'inter.broker.listener.name',
      'leader.*',
      'num.replica.alter.log.dirs.threads',
      'num.replica.fetchers',
      'process.roles',
      'replica.*',
      'replication.quota.*',
      'security.inter.broker.protocol',
      'socket.connection.setup.*',
      'request.timeout.ms',
      'unclean.leader.election.*'
    ]
  },
  {
    reason: 'There are no thread pools, no queues between them and no purgatories: one event loop does the work.',
    isMissed: false,
    names: [
      'background.threads',
      'delete.records.purgatory.purge.interval.requests',
      'fetch.purgatory.purge.interval.requests',
      'group.coordinator.append.linger.ms',
      'group.coordinator.background.threads',
      'group.coordinator.cached.buffer.max.bytes',
      'group.coordinator.threads',
      'num.io.threads',
      'num.network.threads',
      'num.recovery.threads.per.data.dir',
      'offsets.commit.timeout.ms',
      'offsets.load.buffer.size',
      'producer.purgatory.purge.interval.requests',
      'queued.*',
      'share.fetch.purgatory.purge.interval.requests'
    ]
  },
  {
    reason: 'Left to the operating system, or not needed by how this broker starts and writes.',
    isMissed: false,
    names: [
      'early.start.listeners',
      'log.preallocate',
      'preallocate',
      'server.max.startup.time.ms',
      'socket.receive.buffer.bytes',
      'socket.send.buffer.bytes'
    ]
  },
  {
    reason: 'One directory holds everything. A disk that fails fails the partitions on it until the next start.',
    isMissed: true,
    names: ['cordoned.log.dirs', 'log.dir.failure.timeout.ms', 'metadata.log.dir']
  },
  {
    reason: 'The metadata log is small: it gets no record while nothing changes, and is not tuned.',
    isMissed: false,
    names: ['controller.performance.*', 'internal.metadata.*', 'metadata.log.*', 'metadata.max.*']
  },
  {
    reason: 'It names Java classes, which only Apache Kafka can load.',
    isMissed: true,
    names: [
      'alter.config.policy.class.name',
      'client.quota.callback.class',
      'config.providers',
      'create.topic.policy.class.name',
      'principal.builder.class',
      'security.providers'
    ]
  },
  {
    reason: 'One log of a directory is compacted at a time, beside everything else.',
    isMissed: false,
    names: ['log.cleaner.threads']
  },
  {
    reason:
      'Every transaction has a timer of its own, markers are written before a commit is answered, and the coordinator is in the same process: there is nothing to look for, to repeat or to size.',
    isMissed: false,
    names: [
      'add.partitions.to.txn.*',
      'transaction.abort.timed.out.transaction.cleanup.interval.ms',
      'transaction.state.log.load.buffer.size'
    ]
  },
  {
    reason: 'Two-phase commit (KIP-939) is not there; it is not finished in Apache Kafka 4.3.1.',
    isMissed: true,
    names: ['transaction.two.phase.commit.enable']
  },
  {
    reason: 'The newer consumer group protocol (KIP-848) is not there yet.',
    isMissed: true,
    names: ['consumer.*', 'group.consumer.*', 'group.coordinator.rebalance.protocols']
  },
  { reason: 'Share groups (KIP-932) are not there yet.', isMissed: true, names: ['group.share.*', 'share.*'] },
  { reason: 'Streams groups (KIP-1071) are not there yet.', isMissed: true, names: ['group.streams.*', 'streams.*'] },
  {
    reason: 'TLS, SASL, ACLs and delegation tokens are not there yet.',
    isMissed: true,
    names: [
      'authorizer.class.name',
      'connection.failed.authentication.delay.ms',
      'connections.max.reauth.ms',
      'delegation.token.*',
      'sasl.*',
      'ssl.*'
    ]
  },
  {
    reason: 'Quotas are not there yet.',
    isMissed: true,
    names: ['controller.quota.*', 'max.connection.creation.rate', 'quota.*']
  },
  {
    reason: 'There are no metrics yet, neither of the broker nor from clients (KIP-714).',
    isMissed: true,
    names: [
      'interval.ms',
      'kafka.metrics.*',
      'match',
      'metric.reporters',
      'metrics',
      'metrics.*',
      'telemetry.max.bytes'
    ]
  },
  {
    reason: 'There is no tiered storage.',
    isMissed: true,
    names: ['local.retention.*', 'log.local.*', 'remote.*']
  },
  {
    reason: 'What is not stable in Apache Kafka 4.3.1 is not here at all.',
    isMissed: true,
    names: ['unstable.*']
  }
]

const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern

/** The group of a config without effect: by its full name first, then by what it begins with. */
export function whyNoEffect(name: string): NoEffect | undefined {
  return (
    noEffect.find(({ names }) => names.includes(name)) ??
    noEffect.find(({ names }) => names.some((pattern) => matches(pattern, name)))
  )
}

const namesOf = (definitions: readonly { name: string }[]): string[] => definitions.map(({ name }) => name)

/** Every config without effect here, by kind. */
export function configsWithoutEffect(): Readonly<Record<ConfigKind, readonly string[]>> {
  const broker = namesOf([...brokerConfigs, ...dynamicOnlyBrokerConfigs])
  return {
    broker: broker.filter((name) => !effectiveBrokerConfigs.has(name)),
    topic: namesOf(topicConfigs).filter((name) => !effectiveTopicConfigs.has(name)),
    group: namesOf(groupConfigs),
    'client metrics': namesOf(clientMetricsConfigs)
  }
}
