// What a log needs to know: the topic's own configs over the broker's.

import type { ConfigValues } from './config-values.ts'
import { topicConfigTable } from './definitions.ts'
import { parseConfig } from './parse.ts'
import { topicSynonyms } from './synonyms.ts'

export type CleanupPolicy = 'delete' | 'compact'
export type TopicCompressionType = 'producer' | 'uncompressed' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** Times in milliseconds, sizes in bytes; Long.MAX_VALUE ("never", "no limit") is Number.MAX_SAFE_INTEGER. */
export interface LogConfig {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly segmentJitterMs: number
  readonly indexIntervalBytes: number
  readonly segmentIndexBytes: number
  /** -1 keeps for ever. */
  readonly retentionMs: number
  /** -1 is no limit. */
  readonly retentionBytes: number
  readonly maxMessageBytes: number
  /** Empty keeps everything. */
  readonly cleanupPolicy: ReadonlySet<CleanupPolicy>
  readonly compressionType: TopicCompressionType
  readonly compressionGzipLevel: number
  readonly compressionLz4Level: number
  readonly compressionZstdLevel: number
  readonly messageTimestampType: 'CreateTime' | 'LogAppendTime'
  readonly messageTimestampBeforeMaxMs: number
  readonly messageTimestampAfterMaxMs: number
  readonly flushMessages: number
  readonly flushMs: number
  readonly fileDeleteDelayMs: number
  readonly minInsyncReplicas: number
  readonly deleteRetentionMs: number
  readonly minCompactionLagMs: number
  readonly maxCompactionLagMs: number
  readonly minCleanableDirtyRatio: number
  readonly preallocate: boolean
  readonly uncleanLeaderElectionEnable: boolean
}

/** The broker's value of a topic config as text: the first synonym that has one, in the topic config's unit. */
export function brokerValueOfTopicConfig(broker: ConfigValues, name: string): string | null {
  for (const synonym of topicSynonyms[name] ?? []) {
    const text = broker.nullableString(synonym.name)
    if (text === null) continue
    // Any negative retention time means "no limit", which topic configs write as -1.
    if (name === 'retention.ms' && text.startsWith('-')) return '-1'
    return synonym.unitMs === 1 ? text : String(BigInt(text) * BigInt(synonym.unitMs))
  }
  return topicConfigTable.get(name)?.defaultValue ?? null
}

function numberOf(value: unknown): number {
  const number = Number(value as number | bigint)
  return Number.isInteger(number) ? Math.min(Number.MAX_SAFE_INTEGER, number) : number
}

/** A topic's effective config. Overrides were validated when they were set; an invalid one throws ConfigError. */
export function logConfig(broker: ConfigValues, topicOverrides: ReadonlyMap<string, string>): LogConfig {
  const value = (name: string) => {
    const text = topicOverrides.get(name) ?? brokerValueOfTopicConfig(broker, name)
    const definition = topicConfigTable.get(name)
    if (definition === undefined || text === null) throw new Error(`topic config ${name} has no value`)
    return parseConfig(definition, text)
  }
  const number = (name: string) => numberOf(value(name))
  const internalSegmentBytes = topicOverrides.get('internal.segment.bytes')
  return {
    segmentBytes: internalSegmentBytes === undefined ? number('segment.bytes') : Number(internalSegmentBytes),
    segmentMs: number('segment.ms'),
    segmentJitterMs: number('segment.jitter.ms'),
    indexIntervalBytes: number('index.interval.bytes'),
    segmentIndexBytes: number('segment.index.bytes'),
    retentionMs: number('retention.ms'),
    retentionBytes: number('retention.bytes'),
    maxMessageBytes: number('max.message.bytes'),
    cleanupPolicy: new Set(value('cleanup.policy') as CleanupPolicy[]),
    compressionType: value('compression.type') as TopicCompressionType,
    compressionGzipLevel: number('compression.gzip.level'),
    compressionLz4Level: number('compression.lz4.level'),
    compressionZstdLevel: number('compression.zstd.level'),
    messageTimestampType: value('message.timestamp.type') as LogConfig['messageTimestampType'],
    messageTimestampBeforeMaxMs: number('message.timestamp.before.max.ms'),
    messageTimestampAfterMaxMs: number('message.timestamp.after.max.ms'),
    flushMessages: number('flush.messages'),
    flushMs: number('flush.ms'),
    fileDeleteDelayMs: number('file.delete.delay.ms'),
    minInsyncReplicas: number('min.insync.replicas'),
    deleteRetentionMs: number('delete.retention.ms'),
    minCompactionLagMs: number('min.compaction.lag.ms'),
    maxCompactionLagMs: number('max.compaction.lag.ms'),
    minCleanableDirtyRatio: number('min.cleanable.dirty.ratio'),
    preallocate: value('preallocate') as boolean,
    uncleanLeaderElectionEnable: value('unclean.leader.election.enable') as boolean
  }
}
