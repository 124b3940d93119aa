// DeleteGroups for one group: only an empty one goes, with all its offsets.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { Outcome } from '../outcome.ts'
import { type GroupRecord, groupMetadataTombstone } from './group-record.ts'
import type { GroupShard } from './group-shard.ts'
import { groupNotFound, tombstonesOfGroup } from './offset-delete.ts'

export function deleteGroup(shard: GroupShard, groupId: string): Outcome<ErrorCode, GroupRecord> {
  const group = shard.group(groupId)
  if (group === undefined) throw groupNotFound(groupId)
  if (!group.isEmpty) throw new KafkaError('NON_EMPTY_GROUP')
  const offsets = tombstonesOfGroup(shard, groupId)
  shard.context.logger.info('deleted group', { groupId, offsets: offsets.length })
  return {
    response: ErrorCode.NONE,
    effect: { records: [...offsets, groupMetadataTombstone(groupId)], isAtomic: false }
  }
}
