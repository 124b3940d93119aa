// What Odradek does otherwise than Apache Kafka 4.3.1 on purpose. `source` is the file that does it: a test holds that it
// is there, so that a difference that is gone is not told for ever. Defaults, configs and APIs have tables of their own.

export interface Difference {
  readonly about: string
  readonly here: string
  readonly apache: string
  readonly why: string
  readonly source: string
}

const clients: readonly Difference[] = [
  {
    about: 'A topic made by asking for it',
    here: 'is in the answer, with its partitions and their leader.',
    apache: 'answers LEADER_NOT_AVAILABLE or UNKNOWN_TOPIC_OR_PARTITION first; clients ask again.',
    why: 'There is no other broker to wait for.',
    source: 'src/handlers/metadata.ts'
  },
  {
    about: 'A topic that cannot be made by asking for it',
    here: 'is answered with the reason, such as INVALID_REPLICATION_FACTOR.',
    apache: 'answers UNKNOWN_TOPIC_OR_PARTITION every time.',
    why: 'Clients would ask for ever and say nothing.',
    source: 'src/handlers/auto-create-topics.ts'
  },
  {
    about: 'The first FindCoordinator for a group',
    here: 'makes `__consumer_offsets` and answers.',
    apache: 'answers COORDINATOR_NOT_AVAILABLE until the topic is there.',
    why: 'There is no other broker to wait for.',
    source: 'src/handlers/find-coordinator.ts'
  },
  {
    about: 'The first FindCoordinator for a transactional id',
    here: 'makes `__transaction_state` and answers.',
    apache: 'answers COORDINATOR_NOT_AVAILABLE until the topic is there.',
    why: 'There is no other broker to wait for.',
    source: 'src/handlers/find-coordinator.ts'
  },
  {
    about: 'FindCoordinator for a share group',
    here: 'answers INVALID_REQUEST with a message.',
    apache: 'names the coordinator.',
    why: 'There is none yet. With this error clients fail at once instead of asking for ever.',
    source: 'src/handlers/find-coordinator.ts'
  },
  {
    about: 'EndTxn',
    here: 'answers when the markers are in every partition.',
    apache: 'answers when the end is decided; the next request may meet CONCURRENT_TRANSACTIONS.',
    why: 'Writing them takes less time than a client would wait before it asks again.',
    source: 'src/coordinators/transaction/complete-transaction.ts'
  },
  {
    about: 'A transaction that is open for longer than `transaction.timeout.ms`',
    here: 'is aborted at once.',
    apache: 'is aborted within the next `transaction.abort.timed.out.transaction.cleanup.interval.ms`.',
    why: 'Each has a timer of its own, which costs less than looking at all of them.',
    source: 'src/coordinators/transaction/transaction-shard.ts'
  },
  {
    about: 'A marker that a partition refuses because of a higher epoch',
    here: 'is left out, and the transaction completes.',
    apache: 'is left out, and the transaction stays PrepareCommit or PrepareAbort until the next start.',
    why: 'Nothing is won by blocking the transactional id.',
    source: 'src/coordinators/transaction/complete-transaction.ts'
  },
  {
    about: 'The pattern of ListTransactions',
    here: 'is a regular expression of JavaScript.',
    apache: 'is one of RE2.',
    why: 'They agree in all that transactional ids need.',
    source: 'src/coordinators/transaction/describe-transactions.ts'
  },
  {
    about: 'Null records in a Produce request',
    here: 'answers INVALID_RECORD.',
    apache: 'fails inside and never answers.',
    why: 'A client should not hang.',
    source: 'src/handlers/produce.ts'
  },
  {
    about: 'A negative number of bytes in Fetch',
    here: 'counts as 0: one batch comes.',
    apache: 'fails inside: UNKNOWN_SERVER_ERROR.',
    why: 'It is no failure of the server.',
    source: 'src/broker/fetch-read.ts'
  },
  {
    about: 'Features in ApiVersions',
    here: 'are those of a freshly formatted 4.3.1, also where the APIs behind them are not served yet.',
    apache: 'has the same features, and the APIs.',
    why: 'They are in the metadata log, which must fit Apache Kafka. Clients decide by the APIs.',
    source: 'src/metadata/features.ts'
  },
  {
    about: 'The address told to clients, with no `advertised.listeners`',
    here: 'is the one that the client came in on.',
    apache: "is the machine's host name.",
    why: 'It is one the client can reach, whatever network it comes from.',
    source: 'src/network/listener.ts'
  },
  {
    about: 'DescribeLogDirs',
    here: 'does not know how large the volume is (-1).',
    apache: 'tells total and usable bytes.',
    why: 'Sizes of partitions are what it is asked for.',
    source: 'src/handlers/describe-log-dirs.ts'
  },
  {
    about: 'Throttling',
    here: 'never happens: every throttle time is 0.',
    apache: 'slows down clients that exceed a quota.',
    why: 'There are no quotas yet.',
    source: 'src/handlers/not-served.ts'
  }
]

const groups: readonly Difference[] = [
  {
    about: 'A member removed while its SyncGroup waits',
    here: 'is answered UNKNOWN_MEMBER_ID.',
    apache: 'gets no answer.',
    why: 'A client should not hang.',
    source: 'src/coordinators/group/leave.ts'
  },
  {
    about: 'The successor of a leader that left',
    here: 'is the member that has been there longest.',
    apache: "is the first in the order of a Java HashMap's keys.",
    why: 'It is as good, and predictable.',
    source: 'src/coordinators/group/classic-group.ts'
  },
  {
    about: 'Sessions after the process stood still for more than 1 s',
    here: 'get 1 s more.',
    apache: 'end when their time is over.',
    why: 'Heartbeats that came in meanwhile are still unread (a laptop that slept, a debugger).',
    source: 'src/coordinators/runtime.ts'
  },
  {
    about: 'A commit in which every offset is refused',
    here: 'leaves nothing behind.',
    apache: 'keeps an empty group in memory until it restarts.',
    why: 'State is what the log holds.',
    source: 'src/coordinators/group/offset-commit.ts'
  },
  {
    about: 'Consumer, share and streams groups in a directory of Apache Kafka',
    here: 'are kept as they are, neither listed nor expired; joining one as a classic group is INCONSISTENT_GROUP_PROTOCOL.',
    apache: 'serves them.',
    why: 'Their protocols are not there yet.',
    source: 'src/coordinators/group/unload.ts'
  }
]

const administration: readonly Difference[] = [
  {
    about: '`listeners` and `listener.security.protocol.map` while the broker runs',
    here: 'are refused with INVALID_REQUEST.',
    apache: 'opens and closes listeners.',
    why: 'Starting anew takes a blink.',
    source: 'src/metadata/broker-config-change.ts'
  },
  {
    about: 'A Java class as a config of a running broker',
    here: 'could not be found, unless it is the default.',
    apache: 'loads it.',
    why: 'There is no JVM.',
    source: 'src/metadata/broker-config-change.ts'
  },
  {
    about: 'BROKER_LOGGER',
    here: 'has no loggers: describing shows none, setting one is INVALID_CONFIG.',
    apache: 'has one for each Java class.',
    why: 'The log has one level, `--log-level`.',
    source: 'src/handlers/incremental-alter-configs.ts'
  },
  {
    about: 'An unknown operation in IncrementalAlterConfigs',
    here: 'is INVALID_REQUEST.',
    apache: 'is UNKNOWN_SERVER_ERROR.',
    why: 'The request is wrong, not the server.',
    source: 'src/handlers/incremental-alter-configs.ts'
  },
  {
    about: 'An over-long value that is refused',
    here: 'is quoted shortened.',
    apache: 'fails with UNKNOWN_SERVER_ERROR and no message.',
    why: 'A message has room for 32,767 bytes.',
    source: 'src/handlers/error-message.ts'
  },
  {
    about: 'The documentation in DescribeConfigs',
    here: 'is one line of our own words.',
    apache: 'has its reference text in HTML.',
    why: 'It describes what happens here.',
    source: 'src/configs/documentation.ts'
  }
]

const operation: readonly Difference[] = [
  {
    about: 'Listeners of the controller',
    here: 'are accepted and not opened.',
    apache: 'opens them.',
    why: 'The controller is in this process and nobody else speaks to it.',
    source: 'src/network/listener-config.ts'
  },
  {
    about: 'Listeners with TLS or SASL',
    here: 'stop the start with exit code 2.',
    apache: 'opens them.',
    why: 'They are not there yet, and serving them in plain text would be worse.',
    source: 'src/network/listener-config.ts'
  },
  {
    about: 'More than one log directory',
    here: 'stops the start with exit code 2.',
    apache: 'spreads partitions over them.',
    why: 'There is one directory.',
    source: 'src/cli/start.ts'
  },
  {
    about: 'A damaged batch in the middle of the metadata log',
    here: 'stops the start, and the message says where it is.',
    apache: 'cuts the log there and goes on.',
    why: 'Topics would be gone without a word.',
    source: 'src/metadata/metadata-log.ts'
  },
  {
    about: 'The lock of the data directory',
    here: 'is a file that names the process; the lock of a running Apache Kafka is seen too (Linux).',
    apache: 'is an fcntl lock: it does not see ours.',
    why: 'Node has no fcntl. Stop the one before you start the other.',
    source: 'src/storage/lock-file.ts'
  },
  {
    about: 'A compacted topic with a damaged batch',
    here: 'is left as it is from then on, and the log says where the damage is.',
    apache: 'is compacted, and the batch gets a checksum that hides the damage.',
    why: 'A consumer must hear of it.',
    source: 'src/storage/compaction-map.ts'
  }
]

export const differences: Readonly<Record<string, readonly Difference[]>> = {
  'What clients may notice': clients,
  Groups: groups,
  Administration: administration,
  'Starting and storing': operation
}
