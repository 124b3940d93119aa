// Reading for a fetch: one partition at a time, in order, within the byte limits of the request (KIP-74: the first
// batch of the first partition that has one is always given, however large).
import { ErrorCode, KafkaError } from '../error-codes.ts'
import type { fetch } from '../protocol/messages/fetch.ts'
import type { ResponseInitOf } from '../protocol/schema.ts'
import { FetchBuffers } from './fetch-buffers.ts'
import type { FetchPartition } from './fetch-partition.ts'
import type { Partition } from './partition.ts'
import type { Partitions } from './partitions.ts'

type TopicAnswer = NonNullable<ResponseInitOf<typeof fetch>['responses']>[number]
export type PartitionAnswer = NonNullable<TopicAnswer['partitions']>[number]

const NO_RECORDS: Buffer = Buffer.alloc(0)

export interface FetchLimits {
  /** -1 is a consumer, -2 a debugging client, anything else another broker: none is known here. */
  readonly replicaId: number
  readonly readCommitted: boolean
  readonly maxBytes: number
  /** Version 5 and older do not know KAFKA_STORAGE_ERROR. */
  readonly hidesStorageErrors: boolean
  /** KIP-951: with an error that sends the client elsewhere, say where. Undefined before version 16. */
  readonly leader: LeaderEndpoint | undefined
}

/** This broker as the client reaches it. */
export interface LeaderEndpoint {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/** One pass over the partitions of a fetch. Used for one answer; its buffers go back when that answer has been sent. */
export class FetchPass {
  readonly #partitions: Partitions
  readonly #buffers: FetchBuffers
  readonly #limits: FetchLimits
  readonly #taken: Buffer[] = []
  readonly #allocate = (sizeBytes: number): Buffer => {
    const buffer = this.#buffers.take(sizeBytes)
    if (FetchBuffers.isPooled(buffer)) this.#taken.push(buffer)
    return buffer
  }
  #bytesLeft: number

  bytesRead = 0
  /** Partitions that exist; without any there is nothing to wait for. */
  resolvedCount = 0
  /** An error or a diverging epoch in a partition that exists: the client must know at once. */
  mustAnswer = false
  /** Some answer names the leader, so the response must say where it is. */
  namesLeader = false
  /** Entries, first those that exist, then those that do not, each with its answer at the same index. */
  readonly entries: FetchPartition[] = []
  readonly answers: PartitionAnswer[] = []
  readonly #missing: FetchPartition[] = []
  readonly #missingAnswers: PartitionAnswer[] = []

  constructor(partitions: Partitions, buffers: FetchBuffers, limits: FetchLimits) {
    this.#partitions = partitions
    this.#buffers = buffers
    this.#limits = limits
    this.#bytesLeft = limits.maxBytes
  }

  read(entries: readonly FetchPartition[]): void {
    for (let i = 0; i < entries.length; i++) this.#readOne(entries[i])
    for (let i = 0; i < this.#missing.length; i++) {
      this.entries.push(this.#missing[i])
      this.answers.push(this.#missingAnswers[i])
    }
  }

  get hasBuffers(): boolean {
    return this.#taken.length > 0
  }

  /** The answer was sent, or is not needed. */
  release(): void {
    for (const buffer of this.#taken.splice(0)) this.#buffers.release(buffer)
  }

  #readOne(entry: FetchPartition): void {
    const error = entry.resolve(this.#partitions)
    const isMissing = error === ErrorCode.UNKNOWN_TOPIC_ID || error === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    if (isMissing) {
      this.#missing.push(entry)
      this.#missingAnswers.push(errorAnswer(entry.index, error, []))
      return
    }
    this.resolvedCount++
    this.entries.push(entry)
    this.answers.push(error === ErrorCode.NONE ? this.#answer(entry, entry.partition!) : this.#failed(entry, error))
  }

  #answer(entry: FetchPartition, partition: Partition): PartitionAnswer {
    const epochError = this.#checkReplica(entry, partition)
    if (epochError !== ErrorCode.NONE) return this.#failed(entry, epochError)
    try {
      if (entry.lastFetchedEpoch !== -1) {
        const diverging = divergingEpoch(entry, partition)
        if (diverging !== undefined) return this.#diverged(entry, partition, diverging)
      }
      return this.#readRecords(entry, partition)
    } catch (error) {
      if (error instanceof KafkaError) return this.#failed(entry, error.code)
      throw error
    }
  }

  #checkReplica(entry: FetchPartition, partition: Partition): ErrorCode {
    const epochError = partition.checkLeaderEpoch(entry.currentLeaderEpoch)
    if (epochError !== ErrorCode.NONE || this.#limits.replicaId < 0) return epochError
    // A follower that is none of the replicas: with an epoch it may just be ahead of us, without one it is lost.
    return entry.currentLeaderEpoch === -1 ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.UNKNOWN_LEADER_EPOCH
  }

  #readRecords(entry: FetchPartition, partition: Partition): PartitionAnswer {
    const log = partition.log
    if (log.isFailed) return this.#failed(entry, ErrorCode.KAFKA_STORAGE_ERROR)
    const readCommitted = this.#limits.readCommitted
    const highWatermark = partition.highWatermark
    const lastStableOffset = log.lastStableOffset
    const logStartOffset = log.logStartOffset
    const limitOffset = readCommitted ? lastStableOffset : highWatermark
    const fetchOffset = entry.fetchOffset
    if (fetchOffset < logStartOffset || fetchOffset > log.logEndOffset) {
      return this.#failed(entry, ErrorCode.OFFSET_OUT_OF_RANGE)
    }
    let records = NO_RECORDS
    let nextOffset = fetchOffset
    const minOneBatch = this.bytesRead === 0
    const maxBytes = Math.max(0, Math.min(entry.maxBytes, this.#bytesLeft))
    if (fetchOffset < limitOffset && (maxBytes > 0 || minOneBatch)) {
      const read = log.read(fetchOffset, { maxBytes, minOneBatch, limitOffset, allocate: this.#allocate })
      records = read.records
      nextOffset = read.nextOffset
      this.bytesRead += records.length
      this.#bytesLeft = Math.max(0, this.#bytesLeft - records.length)
    }
    return {
      partitionIndex: entry.index,
      errorCode: ErrorCode.NONE,
      highWatermark,
      lastStableOffset,
      logStartOffset,
      abortedTransactions: readCommitted ? log.abortedTransactions(fetchOffset, nextOffset) : null,
      records
    }
  }

  #diverged(entry: FetchPartition, partition: Partition, epoch: { epoch: number; endOffset: number }): PartitionAnswer {
    this.mustAnswer = true
    return {
      partitionIndex: entry.index,
      errorCode: ErrorCode.NONE,
      highWatermark: partition.highWatermark,
      lastStableOffset: partition.log.lastStableOffset,
      logStartOffset: partition.log.logStartOffset,
      divergingEpoch: epoch,
      abortedTransactions: null,
      records: NO_RECORDS
    }
  }

  #failed(entry: FetchPartition, error: ErrorCode): PartitionAnswer {
    this.mustAnswer = true
    const { hidesStorageErrors, leader } = this.#limits
    if (error === ErrorCode.KAFKA_STORAGE_ERROR && hidesStorageErrors) error = ErrorCode.NOT_LEADER_OR_FOLLOWER
    const answer = errorAnswer(entry.index, error, null)
    const isElsewhere = error === ErrorCode.FENCED_LEADER_EPOCH || error === ErrorCode.NOT_LEADER_OR_FOLLOWER
    if (leader !== undefined && isElsewhere && entry.partition !== undefined) {
      this.namesLeader = true
      answer.currentLeader = { leaderId: leader.nodeId, leaderEpoch: entry.partition.leaderEpoch }
    }
    return answer
  }
}

/** Apache Kafka lists no aborted transactions for a partition that it does not know, and null for one it failed to read. */
function errorAnswer(partitionIndex: number, errorCode: ErrorCode, abortedTransactions: [] | null): PartitionAnswer {
  return { partitionIndex, errorCode, highWatermark: -1, abortedTransactions, records: NO_RECORDS }
}

/** KIP-595: where the client's log and ours part, when they do; undefined when its last record is also ours. */
function divergingEpoch(entry: FetchPartition, partition: Partition) {
  const known = partition.log.epochEndOffset(entry.lastFetchedEpoch)
  if (known.endOffset === -1 || known.leaderEpoch === -1) throw new KafkaError('OFFSET_OUT_OF_RANGE')
  if (entry.fetchOffset < partition.log.logStartOffset) throw new KafkaError('OFFSET_OUT_OF_RANGE')
  if (known.leaderEpoch >= entry.lastFetchedEpoch && known.endOffset >= entry.fetchOffset) return undefined
  return { epoch: known.leaderEpoch, endOffset: known.endOffset }
}
