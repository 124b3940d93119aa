// Configs of a group. What one falls back to is in synonyms.ts.
import { boolean, type ConfigDefinition, int, string } from './definition.ts'
import { atLeast, oneOf, shareAutoOffsetReset } from './rules.ts'

export const groupConfigs: readonly ConfigDefinition[] = [
  int('consumer.assignment.interval.ms', '1000', 'MEDIUM', { rule: atLeast(0) }),
  int('consumer.heartbeat.interval.ms', '5000', 'MEDIUM', { rule: atLeast(1) }),
  int('consumer.session.timeout.ms', '45000', 'MEDIUM', { rule: atLeast(1) }),
  int('share.assignment.interval.ms', '1000', 'MEDIUM', { rule: atLeast(0) }),
  string('share.auto.offset.reset', 'latest', 'MEDIUM', { rule: shareAutoOffsetReset }),
  int('share.delivery.count.limit', '5', 'MEDIUM', { rule: atLeast(2) }),
  int('share.heartbeat.interval.ms', '5000', 'MEDIUM', { rule: atLeast(1) }),
  string('share.isolation.level', 'read_uncommitted', 'MEDIUM', { rule: oneOf('read_committed', 'read_uncommitted') }),
  int('share.partition.max.record.locks', '2000', 'MEDIUM', { rule: atLeast(100) }),
  int('share.record.lock.duration.ms', '30000', 'MEDIUM', { rule: atLeast(1000) }),
  boolean('share.renew.acknowledge.enable', 'true', 'MEDIUM'),
  int('share.session.timeout.ms', '45000', 'MEDIUM', { rule: atLeast(1) }),
  int('streams.assignment.interval.ms', '1000', 'MEDIUM', { rule: atLeast(0) }),
  int('streams.heartbeat.interval.ms', '5000', 'MEDIUM', { rule: atLeast(1) }),
  int('streams.initial.rebalance.delay.ms', '3000', 'MEDIUM', { rule: atLeast(0) }),
  int('streams.num.standby.replicas', '0', 'MEDIUM', { rule: atLeast(0) }),
  int('streams.session.timeout.ms', '45000', 'MEDIUM', { rule: atLeast(1) })
]
