// What each broker config in broker/transactions-configs.ts does, in one line; DescribeConfigs hands these out.

export const brokerTransactionsDocumentation: Readonly<Record<string, string>> = {
  'add.partitions.to.txn.retry.backoff.max.ms':
    'Longest time the server keeps retrying to add partitions to a transaction.',
  'add.partitions.to.txn.retry.backoff.ms': "Pause between the server's tries to add partitions to a transaction.",
  'share.coordinator.append.linger.ms':
    'How long the share coordinator collects records before it writes them; -1 decides by load.',
  'share.coordinator.cached.buffer.max.bytes': 'Largest write buffer that the share coordinator keeps for reuse.',
  'share.coordinator.cold.partition.snapshot.interval.ms': 'How often share partitions without traffic get a snapshot.',
  'share.coordinator.load.buffer.size': 'Bytes read at a time when the share-group state topic is loaded.',
  'share.coordinator.snapshot.update.records.per.snapshot':
    'Updates of a share partition between two of its snapshots.',
  'share.coordinator.state.topic.compression.codec': 'Codec number of the batches in the share-group state topic.',
  'share.coordinator.state.topic.min.isr': 'min.insync.replicas of the share-group state topic.',
  'share.coordinator.state.topic.num.partitions':
    'Partitions of the share-group state topic; must not change once it exists.',
  'share.coordinator.state.topic.prune.interval.ms':
    'How often records of the share-group state topic that are no longer needed are removed.',
  'share.coordinator.state.topic.replication.factor': 'Replicas of the share-group state topic.',
  'share.coordinator.state.topic.segment.bytes': 'Segment size of the share-group state topic.',
  'share.coordinator.threads': 'Threads of the share coordinator.',
  'share.coordinator.write.timeout.ms': 'How long the share coordinator may wait for its writes to be replicated.',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms':
    'How often transactions that ran out of time are rolled back.',
  'transaction.max.timeout.ms': 'Longest timeout that a transactional producer may ask for.',
  'transaction.partition.verification.enable':
    'Check on a transactional write that the partition belongs to an open transaction.',
  'transaction.remove.expired.transaction.cleanup.interval.ms': 'How often expired transactional ids are removed.',
  'transaction.state.log.load.buffer.size': 'Bytes read at a time when the transaction topic is loaded.',
  'transaction.state.log.min.isr': 'min.insync.replicas of the transaction topic.',
  'transaction.state.log.num.partitions': 'Partitions of the transaction topic; must not change once it exists.',
  'transaction.state.log.replication.factor': 'Replicas of the transaction topic.',
  'transaction.state.log.segment.bytes': 'Segment size of the transaction topic.',
  'transaction.two.phase.commit.enable':
    'Let transactions take part in a two-phase commit with an outside coordinator.',
  'transactional.id.expiration.ms': 'How long an idle transactional id is remembered.'
}
