// The settings of the group coordinator, read once: none of them can change while the broker runs.
import type { ConfigValues } from '../../configs/config-values.ts'

export interface GroupConfig {
  readonly minSessionTimeoutMs: number
  readonly maxSessionTimeoutMs: number
  readonly groupMaxSize: number
  readonly initialRebalanceDelayMs: number
  /** How long a member that just joined may stay without a heartbeat while its group forms. Fixed in Apache Kafka. */
  readonly newMemberJoinTimeoutMs: number
  /** Characters, as Java counts them. */
  readonly offsetMetadataMaxLength: number
  readonly offsetsRetentionMs: number
  readonly offsetsRetentionCheckIntervalMs: number
}

export const NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60 * 1000

export function groupConfig(config: ConfigValues): GroupConfig {
  return {
    minSessionTimeoutMs: config.int('group.min.session.timeout.ms'),
    maxSessionTimeoutMs: config.int('group.max.session.timeout.ms'),
    groupMaxSize: config.int('group.max.size'),
    initialRebalanceDelayMs: config.int('group.initial.rebalance.delay.ms'),
    newMemberJoinTimeoutMs: NEW_MEMBER_JOIN_TIMEOUT_MS,
    offsetMetadataMaxLength: config.int('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.int('offsets.retention.minutes') * 60_000,
    offsetsRetentionCheckIntervalMs: config.long('offsets.retention.check.interval.ms')
  }
}
