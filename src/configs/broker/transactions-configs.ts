// Broker configs of transactions and of the share coordinator, with their topics.
import { boolean, type ConfigDefinition, int, short } from '../definition.ts'
import { atLeast, between } from '../rules.ts'

export const brokerTransactionsConfigs: readonly ConfigDefinition[] = [
  int('add.partitions.to.txn.retry.backoff.max.ms', '100', 'HIGH', { rule: atLeast(0) }),
  int('add.partitions.to.txn.retry.backoff.ms', '20', 'HIGH', { rule: atLeast(1) }),
  int('share.coordinator.append.linger.ms', '-1', 'MEDIUM', { rule: atLeast(-1) }),
  int('share.coordinator.cached.buffer.max.bytes', '1048588', 'MEDIUM', {
    rule: atLeast(524288),
    update: 'cluster-wide'
  }),
  int('share.coordinator.cold.partition.snapshot.interval.ms', '300000', 'LOW', { rule: atLeast(1), isInternal: true }),
  int('share.coordinator.load.buffer.size', '5242880', 'HIGH', { rule: atLeast(1) }),
  int('share.coordinator.snapshot.update.records.per.snapshot', '500', 'MEDIUM', { rule: between(0, 500) }),
  int('share.coordinator.state.topic.compression.codec', '0', 'HIGH'),
  short('share.coordinator.state.topic.min.isr', '2', 'HIGH', { rule: atLeast(1) }),
  int('share.coordinator.state.topic.num.partitions', '50', 'HIGH', { rule: atLeast(1) }),
  int('share.coordinator.state.topic.prune.interval.ms', '300000', 'LOW', { rule: atLeast(1), isInternal: true }),
  short('share.coordinator.state.topic.replication.factor', '3', 'HIGH', { rule: atLeast(1) }),
  int('share.coordinator.state.topic.segment.bytes', '104857600', 'HIGH', { rule: atLeast(1) }),
  int('share.coordinator.threads', '1', 'MEDIUM', { rule: atLeast(1) }),
  int('share.coordinator.write.timeout.ms', '5000', 'HIGH', { rule: atLeast(1) }),
  int('transaction.abort.timed.out.transaction.cleanup.interval.ms', '10000', 'LOW', { rule: atLeast(1) }),
  int('transaction.max.timeout.ms', '900000', 'HIGH', { rule: atLeast(1) }),
  boolean('transaction.partition.verification.enable', 'true', 'LOW', { update: 'cluster-wide' }),
  int('transaction.remove.expired.transaction.cleanup.interval.ms', '3600000', 'LOW', { rule: atLeast(1) }),
  int('transaction.state.log.load.buffer.size', '5242880', 'HIGH', { rule: atLeast(1) }),
  int('transaction.state.log.min.isr', '2', 'HIGH', { rule: atLeast(1) }),
  int('transaction.state.log.num.partitions', '50', 'HIGH', { rule: atLeast(1) }),
  short('transaction.state.log.replication.factor', '3', 'HIGH', { rule: atLeast(1) }),
  int('transaction.state.log.segment.bytes', '104857600', 'HIGH', { rule: atLeast(1) }),
  boolean('transaction.two.phase.commit.enable', 'false', 'LOW'),
  int('transactional.id.expiration.ms', '604800000', 'HIGH', { rule: atLeast(1) })
]
