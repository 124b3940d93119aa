// TxnOffsetCommit: offsets that count when the transaction commits. Topics and partitions were checked before, and that the
// transaction is the producer's.
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import type { txnOffsetCommit } from '../../protocol/messages/txn-offset-commit.ts'
import { type RequestOf, type ResponseInitOf, ZERO_UUID } from '../../protocol/schema.ts'
import type { Outcome } from '../outcome.ts'
import type { ClassicGroup } from './classic-group.ts'
import type { GroupRecord } from './group-record.ts'
import type { GroupShard } from './group-shard.ts'
import { DEFAULT_RETENTION, offsetRecord } from './offset-commit.ts'

export type TxnOffsetCommitRequest = RequestOf<typeof txnOffsetCommit>
export type TxnOffsetCommitResponse = ResponseInitOf<typeof txnOffsetCommit>

export function commitTransactionalOffsets(
  shard: GroupShard,
  request: TxnOffsetCommitRequest
): Outcome<TxnOffsetCommitResponse, GroupRecord> {
  const { context } = shard
  const { groupId, producerId, producerEpoch } = request
  validateGroup(shard.group(groupId), request)
  const records: GroupRecord[] = []
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partition) => {
      const { partitionIndex } = partition
      if ((partition.committedMetadata?.length ?? 0) > context.config.offsetMetadataMaxLength) {
        return { partitionIndex, errorCode: ErrorCode.OFFSET_METADATA_TOO_LARGE }
      }
      records.push(offsetRecord(context, { groupId, retentionTimeMs: DEFAULT_RETENTION }, name, ZERO_UUID, partition))
      return { partitionIndex, errorCode: ErrorCode.NONE }
    })
  }))
  const effect = records.length === 0 ? undefined : { records, producer: { producerId, producerEpoch } }
  return { response: { topics }, effect }
}

/** Versions before 3 do not name the member; whoever names one must be it. The group may be rebalancing. */
function validateGroup(group: ClassicGroup | undefined, request: TxnOffsetCommitRequest): void {
  const { generationId, memberId, groupInstanceId } = request
  if (group === undefined) {
    if (generationId < 0) return
    throw new KafkaError('ILLEGAL_GENERATION')
  }
  if (generationId < 0 && group.isEmpty) return
  if (generationId < 0 && memberId === '' && groupInstanceId === null) return
  group.validateMember(memberId, groupInstanceId)
  if (generationId !== group.generationId) throw new KafkaError('ILLEGAL_GENERATION')
}

/** There is no error of the whole request: every partition gets it. */
export const txnOffsetCommitError = (
  topics: TxnOffsetCommitRequest['topics'],
  errorCode: ErrorCode
): TxnOffsetCommitResponse => ({
  topics: topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode }))
  }))
})
