// Configs of a topic. What one falls back to is in synonyms.ts.
import { boolean, type ConfigDefinition, double, int, list, long, string } from './definition.ts'
import { atLeast, between, gzipLevel, listOf, oneOf, throttledReplicas } from './rules.ts'

export const topicConfigs: readonly ConfigDefinition[] = [
  list('cleanup.policy', 'delete', 'MEDIUM', { rule: listOf('compact', 'delete') }),
  int('compression.gzip.level', '-1', 'MEDIUM', { rule: gzipLevel }),
  int('compression.lz4.level', '9', 'MEDIUM', { rule: between(1, 17) }),
  string('compression.type', 'producer', 'MEDIUM', {
    rule: oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer')
  }),
  int('compression.zstd.level', '3', 'MEDIUM', { rule: between(-131072, 22) }),
  long('delete.retention.ms', '86400000', 'MEDIUM', { rule: atLeast(0) }),
  long('file.delete.delay.ms', '60000', 'MEDIUM', { rule: atLeast(0) }),
  long('flush.messages', '9223372036854775807', 'MEDIUM', { rule: atLeast(1) }),
  long('flush.ms', '9223372036854775807', 'MEDIUM', { rule: atLeast(0) }),
  list('follower.replication.throttled.replicas', '', 'MEDIUM', { rule: throttledReplicas }),
  int('index.interval.bytes', '4096', 'MEDIUM', { rule: atLeast(0) }),
  int('internal.segment.bytes', null, 'MEDIUM', { isInternal: true }),
  list('leader.replication.throttled.replicas', '', 'MEDIUM', { rule: throttledReplicas }),
  long('local.retention.bytes', '-2', 'MEDIUM', { rule: atLeast(-2) }),
  long('local.retention.ms', '-2', 'MEDIUM', { rule: atLeast(-2) }),
  long('max.compaction.lag.ms', '9223372036854775807', 'MEDIUM', { rule: atLeast(1) }),
  int('max.message.bytes', '1048588', 'MEDIUM', { rule: atLeast(0) }),
  long('message.timestamp.after.max.ms', '3600000', 'MEDIUM', { rule: atLeast(0) }),
  long('message.timestamp.before.max.ms', '9223372036854775807', 'MEDIUM', { rule: atLeast(0) }),
  string('message.timestamp.type', 'CreateTime', 'MEDIUM', { rule: oneOf('CreateTime', 'LogAppendTime') }),
  double('min.cleanable.dirty.ratio', '0.5', 'MEDIUM', { rule: between(0, 1) }),
  long('min.compaction.lag.ms', '0', 'MEDIUM', { rule: atLeast(0) }),
  int('min.insync.replicas', '1', 'MEDIUM', { rule: atLeast(1) }),
  boolean('preallocate', 'false', 'MEDIUM'),
  boolean('remote.log.copy.disable', 'false', 'MEDIUM'),
  boolean('remote.log.delete.on.disable', 'false', 'MEDIUM'),
  boolean('remote.storage.enable', 'false', 'MEDIUM'),
  long('retention.bytes', '-1', 'MEDIUM'),
  long('retention.ms', '604800000', 'MEDIUM', { rule: atLeast(-1) }),
  int('segment.bytes', '1073741824', 'MEDIUM', { rule: atLeast(1048576) }),
  int('segment.index.bytes', '10485760', 'MEDIUM', { rule: atLeast(4) }),
  long('segment.jitter.ms', '0', 'MEDIUM', { rule: atLeast(0) }),
  long('segment.ms', '604800000', 'MEDIUM', { rule: atLeast(1) }),
  boolean('unclean.leader.election.enable', 'false', 'MEDIUM')
]
