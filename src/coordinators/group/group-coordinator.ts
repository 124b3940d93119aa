// The group coordinator as the handlers see it: finds the shard a group lives in, checks what every request must fulfil,
// runs the step, and turns errors into the answers that each API has for them.
import type { ConfigValues } from '../../configs/config-values.ts'
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { Clock, Logger, Random } from '../../ports.ts'
import type { MarkerInit } from '../../records/control-record.ts'
import { Reply } from '../reply.ts'
import { CoordinatorRuntime } from '../runtime.ts'
import type { CoordinatorLogs } from '../shard.ts'
import type { JoinRequest, JoinResponse, SyncRequest, SyncResponse } from './classic-member.ts'
import { deleteGroup } from './delete-group.ts'
import type { ListedGroup } from './describe-group.ts'
import {
  type DescribedGroup,
  describeGroup,
  groupFilter,
  type ListGroupsRequest,
  listedGroup
} from './describe-group.ts'
import { type GroupConfig, groupConfig } from './group-config.ts'
import type { GroupDeadline } from './group-deadline.ts'
import { type GroupRecord, groupRecordFormat } from './group-record.ts'
import { GroupShard } from './group-shard.ts'
import { type HeartbeatRequest, type HeartbeatResponse, heartbeatAnswer, heartbeatClassicGroup } from './heartbeat.ts'
import { joinGroupCommand } from './join-command.ts'
import type { JoinContext } from './join-step.ts'
import { type LeaveResponse, type LeavingMember, leaveClassicGroup } from './leave.ts'
import { commitOffsets, type OffsetCommitRequest, type OffsetCommitResponse } from './offset-commit.ts'
import type { OffsetDeleteResponse } from './offset-delete.ts'
import { type DeletedTopic, deleteOffsets, type OffsetDeleteRequest, tombstonesOfTopics } from './offset-delete.ts'
import { type FetchedGroup, fetchOffsets, type OffsetFetchGroup } from './offset-fetch.ts'
import { syncClassicGroup } from './sync.ts'
import {
  commitTransactionalOffsets,
  type TxnOffsetCommitRequest,
  type TxnOffsetCommitResponse,
  txnOffsetCommitError
} from './txn-offset-commit.ts'

const OFFSETS_TOPIC = '__consumer_offsets'

export interface GroupCoordinatorOptions {
  readonly logs: CoordinatorLogs
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly config: ConfigValues
}

const heartbeatStep = (shard: GroupShard, request: HeartbeatRequest): HeartbeatResponse =>
  heartbeatClassicGroup(shard.context, shard.group(request.groupId), request)

function requireGroupId(groupId: string): void {
  if (groupId === '') throw new KafkaError('INVALID_GROUP_ID')
}

/** The answer that `attempt` gives, or what `failed` makes of a KafkaError. Anything else is a bug and goes on. */
function orElse<T>(attempt: () => T, failed: (code: ErrorCode) => T): T {
  try {
    return attempt()
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return failed(error.code)
  }
}

/** As orElse, for answers that may have to wait for the disk. */
function orElseLater<T>(attempt: () => T | Promise<T>, failed: (code: ErrorCode) => T): T | Promise<T> {
  const answer = orElse<T | Promise<T>>(attempt, failed)
  if (!(answer instanceof Promise)) return answer
  return answer.catch((error) => {
    if (!(error instanceof KafkaError)) throw error
    return failed(error.code)
  })
}

export class GroupCoordinator {
  readonly #runtime: CoordinatorRuntime<GroupShard, GroupRecord, GroupDeadline>
  readonly #config: GroupConfig

  constructor({ logs, clock, random, logger, config }: GroupCoordinatorOptions) {
    this.#config = groupConfig(config)
    const shardOptions = { config: this.#config, logger, random }
    this.#runtime = new CoordinatorRuntime({
      topic: OFFSETS_TOPIC,
      logs,
      clock,
      logger,
      format: groupRecordFormat,
      codec: config.int('offsets.topic.compression.codec'),
      newShard: (partition, context) => new GroupShard(partition, context, shardOptions)
    })
  }

  /** Loads what is there, in the background. */
  start(): void {
    this.#runtime.start()
  }

  /** Whoever waits is told to look for another coordinator; nothing is written any more. */
  close(): void {
    this.#runtime.close()
  }

  /** The coordinator of every group is this node, as soon as the topic exists: this makes it. */
  ensureTopic(): void {
    this.#runtime.ensureTopic()
  }

  /** Every shard, loaded now if it was not: for whoever looks inside. */
  shards(): readonly GroupShard[] {
    return this.#runtime.allShards()
  }

  joinGroup(request: JoinRequest, from: JoinContext): JoinResponse | Promise<JoinResponse> {
    const { groupId, memberId, sessionTimeoutMs } = request
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.#config
    const refuse = (errorCode: ErrorCode): JoinResponse => ({ memberId, errorCode })
    if (groupId === '') return refuse(ErrorCode.INVALID_GROUP_ID)
    if (sessionTimeoutMs < minSessionTimeoutMs || sessionTimeoutMs > maxSessionTimeoutMs) {
      return refuse(ErrorCode.INVALID_SESSION_TIMEOUT)
    }
    const reply = new Reply<JoinResponse>()
    try {
      const shard = this.#runtime.shardOf(groupId)
      this.#runtime.run(shard, () => joinGroupCommand(shard, request, from, reply))
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      reply.settle({ errorCode: error.code })
    }
    return reply.result()
  }

  syncGroup(request: SyncRequest): SyncResponse | Promise<SyncResponse> {
    const reply = new Reply<SyncResponse>()
    try {
      requireGroupId(request.groupId)
      const shard = this.#runtime.shardOf(request.groupId)
      const group = shard.group(request.groupId)
      if (group === undefined || group.isEmpty) throw new KafkaError('UNKNOWN_MEMBER_ID')
      this.#runtime.run(shard, () => ({
        response: undefined,
        effect: syncClassicGroup(shard.context, group, request, reply)
      }))
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      reply.settle({ errorCode: error.code })
    }
    return reply.result()
  }

  heartbeat(request: HeartbeatRequest): HeartbeatResponse {
    if (request.groupId === '') return heartbeatAnswer(ErrorCode.INVALID_GROUP_ID)
    try {
      return this.#runtime.read(this.#runtime.shardOf(request.groupId), heartbeatStep, request)
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      return heartbeatAnswer(error.code)
    }
  }

  leaveGroup(groupId: string, members: readonly LeavingMember[]): LeaveResponse {
    return orElse<LeaveResponse>(
      () => {
        requireGroupId(groupId)
        const shard = this.#runtime.shardOf(groupId)
        const group = shard.group(groupId)
        if (group === undefined) return { members: members.map(unknownMember) }
        return this.#runtime.run(shard, () => leaveClassicGroup(shard.context, group, members))
      },
      (errorCode) => ({ errorCode })
    )
  }

  commitOffsets(
    request: OffsetCommitRequest,
    apiVersion: number
  ): OffsetCommitResponse | Promise<OffsetCommitResponse> {
    return orElseLater(
      () => {
        const shard = this.#runtime.shardOf(request.groupId)
        return this.#runtime.runDurably(shard, () => commitOffsets(shard, request, apiVersion))
      },
      (errorCode) => offsetCommitError(request.topics, errorCode)
    )
  }

  /** The transaction must have been checked. */
  commitTransactionalOffsets(
    request: TxnOffsetCommitRequest
  ): TxnOffsetCommitResponse | Promise<TxnOffsetCommitResponse> {
    return orElseLater(
      () => {
        const shard = this.#runtime.shardOf(request.groupId)
        return this.#runtime.runDurably(shard, () => commitTransactionalOffsets(shard, request))
      },
      (errorCode) => txnOffsetCommitError(request.topics, errorCode)
    )
  }

  /** The marker of a transaction goes into a partition of the offsets topic, and what it had pending counts or not. */
  endTransaction(partition: number, marker: MarkerInit, transactionVersion: number): void {
    this.#runtime.endTransaction(partition, marker, transactionVersion)
  }

  /** The partition of the offsets topic that a group lives in; makes the topic. */
  partitionOf(groupId: string): number {
    return this.#runtime.partitionOf(groupId)
  }

  /** Throws a KafkaError when the group's shard cannot be asked. */
  fetchOffsets(request: OffsetFetchGroup, requireStable: boolean): FetchedGroup {
    return fetchOffsets(this.#runtime.shardOf(request.groupId).state, request, requireStable)
  }

  deleteOffsets(request: OffsetDeleteRequest): OffsetDeleteResponse | Promise<OffsetDeleteResponse> {
    return orElseLater<OffsetDeleteResponse>(
      () => {
        requireGroupId(request.groupId)
        const shard = this.#runtime.shardOf(request.groupId)
        return this.#runtime.runDurably(shard, () => deleteOffsets(shard, request))
      },
      (errorCode) => ({ errorCode })
    )
  }

  describeGroup(groupId: string, apiVersion: number): DescribedGroup {
    return orElse<DescribedGroup>(
      () => describeGroup(this.#runtime.shardOf(groupId).group(groupId), groupId, apiVersion),
      (errorCode) => ({ groupId, errorCode })
    )
  }

  listGroups(request: ListGroupsRequest): ListedGroup[] {
    const isWanted = groupFilter(request)
    const listed: ListedGroup[] = []
    for (const shard of this.#runtime.allShards()) {
      for (const group of shard.state.groups.values()) if (isWanted(group)) listed.push(listedGroup(group))
    }
    return listed
  }

  deleteGroup(groupId: string): ErrorCode | Promise<ErrorCode> {
    return orElseLater<ErrorCode>(
      () => {
        const shard = this.#runtime.shardOf(groupId)
        return this.#runtime.runDurably<ErrorCode>(shard, () => deleteGroup(shard, groupId))
      },
      (errorCode) => errorCode
    )
  }

  /** Offsets of deleted topics go with them. */
  onTopicsDeleted(topics: readonly DeletedTopic[]): void {
    if (topics.some(({ name }) => name === OFFSETS_TOPIC)) {
      this.#runtime.unload()
      return
    }
    for (const shard of this.#runtime.allShards()) {
      const records = tombstonesOfTopics(shard, topics)
      if (records.length === 0) continue
      // A failure is logged where it happens; the offsets expire then.
      orElse<unknown>(
        () => this.#runtime.run(shard, () => ({ response: undefined, effect: { records, isAtomic: false } })),
        () => undefined
      )
    }
  }
}

const unknownMember = ({ memberId, groupInstanceId }: LeavingMember) => ({
  memberId,
  groupInstanceId,
  errorCode: ErrorCode.UNKNOWN_MEMBER_ID
})

/** OffsetCommit has no error of its own: every partition gets it. */
export function offsetCommitError(topics: OffsetCommitRequest['topics'], errorCode: ErrorCode): OffsetCommitResponse {
  return {
    topics: topics.map(({ name, topicId, partitions }) => ({
      name,
      topicId,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode }))
    }))
  }
}
