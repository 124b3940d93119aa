// Broker configs of topics and logs. Most are what a topic config of another name falls back to (topic-configs.ts).
import { boolean, type ConfigDefinition, double, int, list, long, string } from '../definition.ts'
import { atLeast, between, distinct, distinctNonEmpty, gzipLevel, listOf, oneOf } from '../rules.ts'

export const brokerLogConfigs: readonly ConfigDefinition[] = [
  boolean('auto.create.topics.enable', 'true', 'HIGH'),
  int('compression.gzip.level', '-1', 'MEDIUM', { rule: gzipLevel, update: 'cluster-wide' }),
  int('compression.lz4.level', '9', 'MEDIUM', { rule: between(1, 17), update: 'cluster-wide' }),
  string('compression.type', 'producer', 'HIGH', {
    rule: oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
    update: 'cluster-wide'
  }),
  int('compression.zstd.level', '3', 'MEDIUM', { rule: between(-131072, 22), update: 'cluster-wide' }),
  list('cordoned.log.dirs', '', 'MEDIUM', { rule: distinct, update: 'per-broker' }),
  int('default.replication.factor', '1', 'MEDIUM'),
  boolean('delete.topic.enable', 'true', 'HIGH'),
  int('fetch.max.bytes', '57671680', 'MEDIUM', { rule: atLeast(1024) }),
  long('log.cleaner.backoff.ms', '15000', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  long('log.cleaner.dedupe.buffer.size', '134217728', 'MEDIUM', { update: 'cluster-wide' }),
  long('log.cleaner.delete.retention.ms', '86400000', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  boolean('log.cleaner.enable', 'true', 'MEDIUM'),
  double('log.cleaner.io.buffer.load.factor', '0.9', 'MEDIUM', { update: 'cluster-wide' }),
  int('log.cleaner.io.buffer.size', '524288', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  double('log.cleaner.io.max.bytes.per.second', '1.7976931348623157E308', 'MEDIUM', { update: 'cluster-wide' }),
  long('log.cleaner.max.compaction.lag.ms', '9223372036854775807', 'MEDIUM', {
    rule: atLeast(1),
    update: 'cluster-wide'
  }),
  double('log.cleaner.min.cleanable.ratio', '0.5', 'MEDIUM', { rule: between(0, 1), update: 'cluster-wide' }),
  long('log.cleaner.min.compaction.lag.ms', '0', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  int('log.cleaner.threads', '1', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  list('log.cleanup.policy', 'delete', 'MEDIUM', { rule: listOf('compact', 'delete'), update: 'cluster-wide' }),
  list('log.dir', '/tmp/kafka-logs', 'HIGH', { rule: distinctNonEmpty }),
  long('log.dir.failure.timeout.ms', '30000', 'LOW', { rule: atLeast(1) }),
  list('log.dirs', null, 'HIGH', { rule: distinctNonEmpty }),
  long('log.flush.interval.messages', '9223372036854775807', 'HIGH', { rule: atLeast(1), update: 'cluster-wide' }),
  long('log.flush.interval.ms', null, 'HIGH', { update: 'cluster-wide' }),
  int('log.flush.offset.checkpoint.interval.ms', '60000', 'HIGH', { rule: atLeast(0) }),
  long('log.flush.scheduler.interval.ms', '9223372036854775807', 'HIGH'),
  int('log.flush.start.offset.checkpoint.interval.ms', '60000', 'HIGH', { rule: atLeast(0) }),
  int('log.index.interval.bytes', '4096', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  int('log.index.size.max.bytes', '10485760', 'MEDIUM', { rule: atLeast(4), update: 'cluster-wide' }),
  long('log.initial.task.delay.ms', '30000', 'LOW', { rule: atLeast(0), isInternal: true }),
  long('log.local.retention.bytes', '-2', 'MEDIUM', { rule: atLeast(-2), update: 'cluster-wide' }),
  long('log.local.retention.ms', '-2', 'MEDIUM', { rule: atLeast(-2), update: 'cluster-wide' }),
  long('log.message.timestamp.after.max.ms', '3600000', 'MEDIUM', { rule: atLeast(0), update: 'cluster-wide' }),
  long('log.message.timestamp.before.max.ms', '9223372036854775807', 'MEDIUM', {
    rule: atLeast(0),
    update: 'cluster-wide'
  }),
  string('log.message.timestamp.type', 'CreateTime', 'MEDIUM', {
    rule: oneOf('CreateTime', 'LogAppendTime'),
    update: 'cluster-wide'
  }),
  boolean('log.preallocate', 'false', 'MEDIUM', { update: 'cluster-wide' }),
  long('log.retention.bytes', '-1', 'HIGH', { update: 'cluster-wide' }),
  long('log.retention.check.interval.ms', '300000', 'MEDIUM', { rule: atLeast(1) }),
  int('log.retention.hours', '168', 'HIGH'),
  int('log.retention.minutes', null, 'HIGH'),
  long('log.retention.ms', null, 'HIGH', { update: 'cluster-wide' }),
  int('log.roll.hours', '168', 'HIGH', { rule: atLeast(1) }),
  int('log.roll.jitter.hours', '0', 'HIGH', { rule: atLeast(0) }),
  long('log.roll.jitter.ms', null, 'HIGH', { update: 'cluster-wide' }),
  long('log.roll.ms', null, 'HIGH', { update: 'cluster-wide' }),
  int('log.segment.bytes', '1073741824', 'HIGH', { rule: atLeast(1048576), update: 'cluster-wide' }),
  long('log.segment.delete.delay.ms', '60000', 'HIGH', { rule: atLeast(0), update: 'cluster-wide' }),
  int('max.request.partition.size.limit', '2000', 'MEDIUM', { rule: atLeast(1) }),
  int('message.max.bytes', '1048588', 'HIGH', { rule: atLeast(0), update: 'cluster-wide' }),
  int('min.insync.replicas', '1', 'HIGH', { rule: atLeast(1), update: 'cluster-wide' }),
  int('num.partitions', '1', 'MEDIUM', { rule: atLeast(1) }),
  int('num.recovery.threads.per.data.dir', '2', 'HIGH', { rule: atLeast(1), update: 'cluster-wide' }),
  int('producer.id.expiration.check.interval.ms', '600000', 'LOW', { rule: atLeast(1), isInternal: true }),
  int('producer.id.expiration.ms', '86400000', 'LOW', { rule: atLeast(1), update: 'cluster-wide' }),
  boolean('unclean.leader.election.enable', 'false', 'HIGH', { update: 'cluster-wide' }),
  long('unclean.leader.election.interval.ms', '300000', 'MEDIUM', { rule: atLeast(1), isInternal: true })
]
