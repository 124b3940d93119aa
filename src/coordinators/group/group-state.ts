// All groups and offsets of one partition of __consumer_offsets.
import type { ClassicGroup } from './classic-group.ts'
import { CommittedOffsets } from './committed-offsets.ts'
import type { GroupContext } from './group-context.ts'
import type { GroupDeadline } from './group-deadline.ts'
import { PendingOffsets } from './pending-offsets.ts'

export class GroupState {
  readonly groups = new Map<string, ClassicGroup>()
  readonly offsets = new CommittedOffsets()
  readonly pending = new PendingOffsets()
  /**
   * Groups of a kind that has no state machine here. They are left alone, for the broker that has one: nobody joins or
   * deletes them, their offsets are served and do not expire.
   */
  readonly modernGroups = new Set<string>()

  /** The group is gone, and nothing of it fires any more. */
  removeGroup({ deadlines }: GroupContext, groupId: string): void {
    const group = this.groups.get(groupId)
    if (group === undefined) return
    const cancel = (deadline: GroupDeadline): void => deadlines.cancel(deadline)
    cancel(group.rebalance)
    cancel(group.sync)
    for (const { session } of group.members.values()) cancel(session)
    for (const session of group.pendingJoins.values()) cancel(session)
    this.groups.delete(groupId)
  }
}
