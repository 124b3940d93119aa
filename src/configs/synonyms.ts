// Which broker configs a topic or group config falls back to, and which broker configs stand in for one another, first
// choice first.

export interface Synonym {
  readonly name: string
  /** Milliseconds in one unit of the synonym; 1 when its value is taken over as it is. */
  readonly unitMs: number
}

const hourMs = 3_600_000
const minuteMs = 60_000
const same = (name: string): readonly Synonym[] => [{ name, unitMs: 1 }]
const choices = (...synonyms: [string, number][]): readonly Synonym[] =>
  synonyms.map(([name, unitMs]) => ({ name, unitMs }))

export const topicSynonyms: Readonly<Record<string, readonly Synonym[]>> = {
  'cleanup.policy': same('log.cleanup.policy'),
  'compression.gzip.level': same('compression.gzip.level'),
  'compression.lz4.level': same('compression.lz4.level'),
  'compression.type': same('compression.type'),
  'compression.zstd.level': same('compression.zstd.level'),
  'delete.retention.ms': same('log.cleaner.delete.retention.ms'),
  'file.delete.delay.ms': same('log.segment.delete.delay.ms'),
  'flush.messages': same('log.flush.interval.messages'),
  'flush.ms': choices(['log.flush.interval.ms', 1], ['log.flush.scheduler.interval.ms', 1]),
  'index.interval.bytes': same('log.index.interval.bytes'),
  'local.retention.bytes': same('log.local.retention.bytes'),
  'local.retention.ms': same('log.local.retention.ms'),
  'max.compaction.lag.ms': same('log.cleaner.max.compaction.lag.ms'),
  'max.message.bytes': same('message.max.bytes'),
  'message.timestamp.after.max.ms': same('log.message.timestamp.after.max.ms'),
  'message.timestamp.before.max.ms': same('log.message.timestamp.before.max.ms'),
  'message.timestamp.type': same('log.message.timestamp.type'),
  'min.cleanable.dirty.ratio': same('log.cleaner.min.cleanable.ratio'),
  'min.compaction.lag.ms': same('log.cleaner.min.compaction.lag.ms'),
  'min.insync.replicas': same('min.insync.replicas'),
  preallocate: same('log.preallocate'),
  'retention.bytes': same('log.retention.bytes'),
  'retention.ms': choices(
    ['log.retention.ms', 1],
    ['log.retention.minutes', minuteMs],
    ['log.retention.hours', hourMs]
  ),
  'segment.bytes': same('log.segment.bytes'),
  'segment.index.bytes': same('log.index.size.max.bytes'),
  'segment.jitter.ms': choices(['log.roll.jitter.ms', 1], ['log.roll.jitter.hours', hourMs]),
  'segment.ms': choices(['log.roll.ms', 1], ['log.roll.hours', hourMs]),
  'unclean.leader.election.enable': same('unclean.leader.election.enable')
}

/** A group config falls back to the broker config of the same name under `group.`, save these three. */
export function groupSynonym(name: string): string | undefined {
  const hasNone = ['share.auto.offset.reset', 'share.isolation.level', 'share.renew.acknowledge.enable'].includes(name)
  return hasNone ? undefined : `group.${name}`
}

const standIns: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours']
]

const listenerOverride = /^listener\.name\.[^.]*\.(.*)$/
const mechanismConfigs = [
  'sasl.jaas.config',
  'sasl.login.callback.handler.class',
  'sasl.login.class',
  'sasl.server.callback.handler.class',
  'connections.max.reauth.ms'
]

/** The part of `listener.name.<listener>.<config>` after the listener, or undefined when the name has no such form. */
export const listenerConfigName = (name: string): string | undefined => listenerOverride.exec(name)?.[1]

/** Names whose values DescribeConfigs looks at for one broker config, first choice first. */
export function brokerSynonyms(name: string): readonly string[] {
  if (name === 'log.flush.interval.ms') return ['log.flush.interval.ms', 'log.flush.scheduler.interval.ms']
  const family = standIns.find((names) => names.includes(name))
  if (family !== undefined) return family
  const base = listenerConfigName(name)
  if (base === undefined) return [name]
  return [name, mechanismConfigs.find((config) => base.endsWith(config)) ?? base]
}
