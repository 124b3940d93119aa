// What each group config does, in one line; DescribeConfigs hands these out.

export const groupDocumentation: Readonly<Record<string, string>> = {
  'consumer.assignment.interval.ms': 'Shortest time between two assignments of this consumer group.',
  'consumer.heartbeat.interval.ms': "Heartbeat interval given to this group's consumers.",
  'consumer.session.timeout.ms': 'Silence after which a consumer of this group is removed.',
  'share.assignment.interval.ms': 'Shortest time between two assignments of this share group.',
  'share.auto.offset.reset':
    "Where this share group begins: 'earliest', 'latest', or 'by_duration:' and an ISO 8601 duration back from now.",
  'share.delivery.count.limit': 'How often one record is delivered to this share group at most.',
  'share.heartbeat.interval.ms': "Heartbeat interval given to this share group's members.",
  'share.isolation.level': 'Whether this share group sees records of transactions that are open or aborted.',
  'share.partition.max.record.locks': 'Records of one partition that this share group may hold locked at a time.',
  'share.record.lock.duration.ms': 'How long a member of this share group holds a record it fetched.',
  'share.renew.acknowledge.enable': 'Let members of this share group prolong their hold on a record.',
  'share.session.timeout.ms': 'Silence after which a member of this share group is removed.',
  'streams.assignment.interval.ms': 'Shortest time between two assignments of this streams group.',
  'streams.heartbeat.interval.ms': "Heartbeat interval given to this streams group's members.",
  'streams.initial.rebalance.delay.ms':
    'How long this streams group, when new, waits for more members before its first rebalance.',
  'streams.num.standby.replicas': 'Standby replicas of each task of this streams group.',
  'streams.session.timeout.ms': 'Silence after which a member of this streams group is removed.'
}
