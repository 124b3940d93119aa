// The topics that the broker keeps its own state in, with the configs they are created with.
import type { ConfigValues } from '../configs/config-values.ts'
import type { CreateTopicSpec } from './create-topics.ts'
import { CONSUMER_OFFSETS_TOPIC, SHARE_GROUP_STATE_TOPIC, TRANSACTION_STATE_TOPIC } from './topic-name.ts'

/** How an internal topic is created; undefined for any other name. */
export function internalTopicSpec(name: string, config: ConfigValues): CreateTopicSpec | undefined {
  switch (name) {
    case CONSUMER_OFFSETS_TOPIC:
      return {
        name,
        numPartitions: config.int('offsets.topic.num.partitions'),
        replicationFactor: config.int('offsets.topic.replication.factor'),
        configs: configs({
          'cleanup.policy': 'compact',
          'compression.type': 'producer',
          'segment.bytes': config.int('offsets.topic.segment.bytes')
        })
      }
    case TRANSACTION_STATE_TOPIC:
      return {
        name,
        numPartitions: config.int('transaction.state.log.num.partitions'),
        replicationFactor: config.int('transaction.state.log.replication.factor'),
        configs: configs({
          'cleanup.policy': 'compact',
          'compression.type': 'uncompressed',
          'min.insync.replicas': config.int('transaction.state.log.min.isr'),
          'segment.bytes': config.int('transaction.state.log.segment.bytes'),
          'unclean.leader.election.enable': 'false'
        })
      }
    case SHARE_GROUP_STATE_TOPIC:
      return {
        name,
        numPartitions: config.int('share.coordinator.state.topic.num.partitions'),
        replicationFactor: config.int('share.coordinator.state.topic.replication.factor'),
        configs: configs({
          'cleanup.policy': 'delete',
          'compression.type': 'producer',
          'min.insync.replicas': config.int('share.coordinator.state.topic.min.isr'),
          'retention.ms': -1,
          'segment.bytes': config.int('share.coordinator.state.topic.segment.bytes')
        })
      }
    default:
      return undefined
  }
}

const configs = (values: Record<string, string | number>) =>
  Object.entries(values).map(([name, value]) => ({ name, value: String(value) }))
