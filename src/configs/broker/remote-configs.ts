// Broker configs of tiered storage.
import { boolean, type ConfigDefinition, double, int, long, string } from '../definition.ts'
import { atLeast, between, nonEmpty } from '../rules.ts'

export const brokerRemoteConfigs: readonly ConfigDefinition[] = [
  int('remote.fetch.max.wait.ms', '500', 'MEDIUM', { rule: atLeast(1), update: 'cluster-wide' }),
  long('remote.list.offsets.request.timeout.ms', '30000', 'MEDIUM', { rule: atLeast(1), update: 'cluster-wide' }),
  long('remote.log.index.file.cache.total.size.bytes', '1073741824', 'LOW', {
    rule: atLeast(1),
    update: 'cluster-wide'
  }),
  long('remote.log.index.file.cache.ttl.ms', '900000', 'LOW', { rule: atLeast(-1), isInternal: true }),
  int('remote.log.manager.copier.thread.pool.size', '10', 'MEDIUM', { rule: atLeast(1), update: 'cluster-wide' }),
  long('remote.log.manager.copy.max.bytes.per.second', '9223372036854775807', 'MEDIUM', {
    rule: atLeast(1),
    update: 'cluster-wide'
  }),
  int('remote.log.manager.copy.quota.window.num', '11', 'MEDIUM', { rule: atLeast(1) }),
  int('remote.log.manager.copy.quota.window.size.seconds', '1', 'MEDIUM', { rule: atLeast(1) }),
  int('remote.log.manager.expiration.thread.pool.size', '10', 'MEDIUM', { rule: atLeast(1), update: 'cluster-wide' }),
  long('remote.log.manager.fetch.max.bytes.per.second', '9223372036854775807', 'MEDIUM', {
    rule: atLeast(1),
    update: 'cluster-wide'
  }),
  int('remote.log.manager.fetch.quota.window.num', '11', 'MEDIUM', { rule: atLeast(1) }),
  int('remote.log.manager.fetch.quota.window.size.seconds', '1', 'MEDIUM', { rule: atLeast(1) }),
  int('remote.log.manager.follower.thread.pool.size', '2', 'MEDIUM', { rule: atLeast(1), update: 'cluster-wide' }),
  long('remote.log.manager.task.interval.ms', '30000', 'LOW', { rule: atLeast(1) }),
  long('remote.log.manager.task.retry.backoff.max.ms', '30000', 'LOW', { rule: atLeast(1), isInternal: true }),
  long('remote.log.manager.task.retry.backoff.ms', '500', 'LOW', { rule: atLeast(1), isInternal: true }),
  double('remote.log.manager.task.retry.jitter', '0.2', 'LOW', { rule: between(0, 0.5), isInternal: true }),
  int('remote.log.manager.thread.pool.size', '2', 'MEDIUM', { rule: atLeast(1) }),
  int('remote.log.metadata.custom.metadata.max.bytes', '128', 'LOW', { rule: atLeast(0) }),
  string(
    'remote.log.metadata.manager.class.name',
    'org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager',
    'MEDIUM',
    { rule: nonEmpty }
  ),
  string('remote.log.metadata.manager.class.path', null, 'MEDIUM'),
  string('remote.log.metadata.manager.impl.prefix', 'rlmm.config.', 'MEDIUM', { rule: nonEmpty }),
  string('remote.log.metadata.manager.listener.name', null, 'MEDIUM', { rule: nonEmpty }),
  int('remote.log.reader.max.pending.tasks', '100', 'MEDIUM', { rule: atLeast(1) }),
  int('remote.log.reader.threads', '10', 'MEDIUM', { rule: atLeast(1), update: 'cluster-wide' }),
  string('remote.log.storage.manager.class.name', null, 'MEDIUM', { rule: nonEmpty }),
  string('remote.log.storage.manager.class.path', null, 'MEDIUM'),
  string('remote.log.storage.manager.impl.prefix', 'rsm.config.', 'MEDIUM', { rule: nonEmpty }),
  boolean('remote.log.storage.system.enable', 'false', 'MEDIUM')
]
