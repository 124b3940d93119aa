// What every step of a group's state machine gets besides the group: time as a number, deadlines as data, settings.
import type { Logger, Random } from '../../ports.ts'
import type { Effect } from '../outcome.ts'
import type { ShardContext } from '../shard.ts'
import type { GroupConfig } from './group-config.ts'
import type { GroupDeadline } from './group-deadline.ts'
import type { GroupRecord } from './group-record.ts'

export interface GroupContext extends ShardContext<GroupDeadline> {
  readonly partition: number
  readonly config: GroupConfig
  readonly logger: Logger
  readonly random: Random
  /** Replaying the log from its beginning: nobody waits for anything yet. */
  isLoading: boolean
}

/** Undefined: nothing to write. */
export type GroupEffect = Effect<GroupRecord> | undefined
