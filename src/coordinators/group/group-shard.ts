// The state machine of one partition of __consumer_offsets: replays its records, wakes its deadlines.
import type { Logger, Random } from '../../ports.ts'
import type { CoordinatorShard, RecordPosition, ShardContext } from '../shard.ts'
import { ClassicGroup } from './classic-group.ts'
import { expireGroups } from './expiry.ts'
import type { GroupConfig } from './group-config.ts'
import type { GroupContext, GroupEffect } from './group-context.ts'
import { GroupDeadline } from './group-deadline.ts'
import type { GroupRecord } from './group-record.ts'
import { GroupState } from './group-state.ts'
import { completeJoin, expireInitialRebalance, expireSync, prepareRebalance } from './rebalance.ts'
import { replayGroupMetadata } from './replay-group-metadata.ts'
import { replayEndOfTransaction, replayOffset } from './replay-offsets.ts'
import { expireSession } from './session.ts'
import { answerAllAndDie } from './unload.ts'

export interface GroupShardOptions {
  readonly config: GroupConfig
  readonly logger: Logger
  readonly random: Random
}

export class GroupShard implements CoordinatorShard<GroupRecord, GroupDeadline> {
  readonly partition: number
  readonly context: GroupContext
  readonly state = new GroupState()
  readonly #expiry: GroupDeadline

  constructor(partition: number, shared: ShardContext<GroupDeadline>, options: GroupShardOptions) {
    this.partition = partition
    this.#expiry = new GroupDeadline('expiry', partition)
    this.context = {
      partition,
      deadlines: shared.deadlines,
      ...options,
      isLoading: true,
      get nowMs() {
        return shared.nowMs
      }
    }
  }

  replay(record: GroupRecord, position: RecordPosition): void {
    switch (record.type) {
      case 'offsetCommit':
        replayOffset(this.context, this.state, record, position)
        return
      case 'groupMetadata':
        replayGroupMetadata(this.context, this.state, record.group, record.value)
        return
      case 'modernGroup':
        if (record.exists) this.state.modernGroups.add(record.group)
        else this.state.modernGroups.delete(record.group)
    }
  }

  replayEndOfTransaction(producerId: number, isCommitted: boolean): void {
    replayEndOfTransaction(this.state, producerId, isCommitted)
  }

  onLoaded(): GroupEffect {
    const { context } = this
    context.isLoading = false
    this.#scheduleExpiry()
    // Their offsets may stand in the log before the records that tell what they are.
    for (const groupId of this.state.modernGroups) this.state.removeGroup(context, groupId)
    const records: GroupRecord[] = []
    for (const group of this.state.groups.values()) {
      group.readSubscription()
      for (const member of group.members.values()) context.deadlines.schedule(member.session, member.sessionTimeoutMs)
      if (group.members.size > context.config.groupMaxSize) {
        const reason = `loaded ${group.members.size} members, more than the ${context.config.groupMaxSize} allowed`
        const effect = prepareRebalance(context, group, reason)
        if (effect !== undefined) records.push(...effect.records)
      }
    }
    return records.length === 0 ? undefined : { records }
  }

  onDeadline(deadline: GroupDeadline): GroupEffect {
    if (deadline.kind === 'expiry') {
      this.#scheduleExpiry()
      return expireGroups(this.context, this.state)
    }
    const group = this.state.groups.get(deadline.groupId)
    if (group === undefined) return undefined
    switch (deadline.kind) {
      case 'session':
        return expireSession(this.context, group, deadline.memberId)
      case 'initialRebalance':
        return expireInitialRebalance(this.context, group, deadline)
      case 'join':
        return completeJoin(this.context, group)
      case 'sync':
        return expireSync(this.context, group, deadline.generationId)
    }
  }

  onUnloaded(): void {
    for (const group of this.state.groups.values()) answerAllAndDie(this.context, group)
    this.state.groups.clear()
    this.context.deadlines.cancel(this.#expiry)
  }

  group(groupId: string): ClassicGroup | undefined {
    return this.state.groups.get(groupId)
  }

  /** Soft until a record of it is in the log. */
  createGroup(groupId: string): ClassicGroup {
    const group = new ClassicGroup(groupId, this.partition, this.context.nowMs)
    this.state.groups.set(groupId, group)
    return group
  }

  #scheduleExpiry(): void {
    this.context.deadlines.schedule(this.#expiry, this.context.config.offsetsRetentionCheckIntervalMs)
  }
}
