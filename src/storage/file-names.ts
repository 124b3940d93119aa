// Every name that Apache Kafka gives to files and directories in a log directory. The only place that knows them.

export const META_PROPERTIES = 'meta.properties'
export const LOCK_FILE = '.lock'
export const CLEAN_SHUTDOWN_FILE = '.kafka_cleanshutdown'
export const RECOVERY_POINT_CHECKPOINT = 'recovery-point-offset-checkpoint'
export const LOG_START_CHECKPOINT = 'log-start-offset-checkpoint'
export const HIGH_WATERMARK_CHECKPOINT = 'replication-offset-checkpoint'
export const CLEANER_CHECKPOINT = 'cleaner-offset-checkpoint'
export const LEADER_EPOCH_CHECKPOINT = 'leader-epoch-checkpoint'
export const PARTITION_METADATA = 'partition.metadata'
export const REMOTE_LOG_INDEX_CACHE = 'remote-log-index-cache'

export const LOG_SUFFIX = '.log'
export const INDEX_SUFFIX = '.index'
export const TIME_INDEX_SUFFIX = '.timeindex'
export const TXN_INDEX_SUFFIX = '.txnindex'
export const SNAPSHOT_SUFFIX = '.snapshot'
/** Waiting for file.delete.delay.ms; removed at load. */
export const DELETED_SUFFIX = '.deleted'
/** Half-written by the cleaner; removed at load. */
export const CLEANED_SUFFIX = '.cleaned'
/** A complete replacement; put in place at load. */
export const SWAP_SUFFIX = '.swap'
export const TEMPORARY_SUFFIX = '.tmp'
/** A snapshot of the metadata log that waits for deletion: the metadata log's own business. */
export const SNAPSHOT_DELETED_SUFFIX = '.checkpoint.deleted'

export const DELETE_DIRECTORY_SUFFIX = '-delete'
export const STRAY_DIRECTORY_SUFFIX = '-stray'
export const FUTURE_DIRECTORY_SUFFIX = '-future'

const NAME_MAX = 255

/** `00000000000000000042.log` */
export function segmentFileName(baseOffset: number, suffix: string): string {
  return String(baseOffset).padStart(20, '0') + suffix
}

/** The base offset in a segment file's name; undefined when the name does not start with a number and a dot. */
export function offsetOfFileName(name: string): number | undefined {
  const dot = name.indexOf('.')
  if (dot <= 0) return undefined
  for (let index = 0; index < dot; index++) {
    const digit = name.charCodeAt(index)
    if (digit < 48 || digit > 57) return undefined
  }
  return Number(name.slice(0, dot))
}

export function partitionDirectoryName(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

/** `topic-0.<32 hex>-delete`, the topic shortened so that the name fits. A stray keeps its whole topic where it can. */
export function setAsideDirectoryName(topic: string, partition: number, uniqueHex: string, suffix: string): string {
  const end = `-${partition}.${uniqueHex}${suffix}`
  return topic.slice(0, NAME_MAX - end.length) + end
}

export interface PartitionDirectory {
  topic: string
  partition: number
  state: 'current' | 'deleted' | 'stray' | 'future'
}

/** What a directory's name says; undefined when Apache Kafka would refuse to start because of it. */
export function parsePartitionDirectory(name: string): PartitionDirectory | undefined {
  const state = stateOf(name)
  const body = state === 'current' ? name : name.slice(0, name.lastIndexOf('.'))
  const dash = body.lastIndexOf('-')
  if (dash <= 0 || dash === body.length - 1) return undefined
  const partition = body.slice(dash + 1)
  if (!/^\d+$/.test(partition)) return undefined
  return { topic: body.slice(0, dash), partition: Number(partition), state }
}

function stateOf(name: string): PartitionDirectory['state'] {
  if (!name.includes('.')) return 'current'
  if (/^\S+-\S+\.\S+-delete$/.test(name)) return 'deleted'
  if (/^\S+-\S+\.\S+-stray$/.test(name)) return 'stray'
  if (/^\S+-\S+\.\S+-future$/.test(name)) return 'future'
  return 'current'
}
