// What each broker config in broker/remote-configs.ts does, in one line; DescribeConfigs hands these out.

export const brokerRemoteDocumentation: Readonly<Record<string, string>> = {
  'remote.fetch.max.wait.ms': 'Longest time a fetch waits for tiered data.',
  'remote.list.offsets.request.timeout.ms': 'How long a lookup of offsets in tiered data may take.',
  'remote.log.index.file.cache.total.size.bytes': 'Disk space for cached indexes of tiered segments.',
  'remote.log.index.file.cache.ttl.ms': 'How long an unused cached index of a tiered segment stays; -1 for ever.',
  'remote.log.manager.copier.thread.pool.size': 'Threads that copy segments to the remote tier.',
  'remote.log.manager.copy.max.bytes.per.second': 'Bytes copied to the remote tier a second.',
  'remote.log.manager.copy.quota.window.num': 'Samples kept for the quota of copies to the remote tier.',
  'remote.log.manager.copy.quota.window.size.seconds': 'Length of a sample for the quota of copies to the remote tier.',
  'remote.log.manager.expiration.thread.pool.size': 'Threads that remove expired tiered segments.',
  'remote.log.manager.fetch.max.bytes.per.second': 'Bytes fetched from the remote tier a second.',
  'remote.log.manager.fetch.quota.window.num': 'Samples kept for the quota of fetches from the remote tier.',
  'remote.log.manager.fetch.quota.window.size.seconds':
    'Length of a sample for the quota of fetches from the remote tier.',
  'remote.log.manager.follower.thread.pool.size': 'Threads for tiered work of follower partitions.',
  'remote.log.manager.task.interval.ms': 'How often tiered partitions are looked at for segments to copy or remove.',
  'remote.log.manager.task.retry.backoff.max.ms': 'Longest pause before failed tiered work is tried again.',
  'remote.log.manager.task.retry.backoff.ms': 'First pause before failed tiered work is tried again.',
  'remote.log.manager.task.retry.jitter': 'Random share added to the pause before a retry.',
  'remote.log.manager.thread.pool.size': 'Older setting for the threads of tiered work.',
  'remote.log.metadata.custom.metadata.max.bytes': 'Largest custom metadata of a tiered segment.',
  'remote.log.metadata.manager.class.name': 'Class that keeps the metadata of tiered segments.',
  'remote.log.metadata.manager.class.path': 'Class path of the metadata manager of tiered segments.',
  'remote.log.metadata.manager.impl.prefix':
    'Prefix of the settings handed to the metadata manager of tiered segments.',
  'remote.log.metadata.manager.listener.name': 'Listener that the metadata manager of tiered segments uses.',
  'remote.log.reader.max.pending.tasks': 'Reads of tiered data that may wait.',
  'remote.log.reader.threads': 'Threads that read tiered data.',
  'remote.log.storage.manager.class.name': 'Class that stores segments in the remote tier.',
  'remote.log.storage.manager.class.path': 'Class path of the remote storage manager.',
  'remote.log.storage.manager.impl.prefix': 'Prefix of the settings handed to the remote storage manager.',
  'remote.log.storage.system.enable': 'Use tiered storage.'
}
