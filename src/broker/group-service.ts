// Joins the group coordinator to the broker: its log is the partitions of __consumer_offsets, made on first use.
import { GroupCoordinator } from '../coordinators/group/group-coordinator.ts'
import { CONSUMER_OFFSETS_TOPIC } from '../metadata/topic-name.ts'
import type { Random } from '../ports.ts'
import { CoordinatorTopic, type CoordinatorTopicOptions } from './coordinator-topic.ts'

export interface GroupServiceOptions extends CoordinatorTopicOptions {
  readonly random: Random
}

export function createGroupCoordinator(options: GroupServiceOptions): GroupCoordinator {
  const { config, clock, random, logger, metadata } = options
  const logs = new CoordinatorTopic(CONSUMER_OFFSETS_TOPIC, options)
  const groups = new GroupCoordinator({ logs, clock, random, logger, config })
  metadata.onChange(({ topicsDeleted }) => {
    if (topicsDeleted.length > 0) groups.onTopicsDeleted(topicsDeleted)
  })
  return groups
}
