// DeleteTopics by id, as the controller does it; resolving names and refusing the request is the handler's part.
import { KafkaError } from '../error-codes.ts'
import { type CommandContext, type CommandResult, checkRecordCount } from './command-context.ts'
import { encodeRecord } from './metadata-records.ts'

/** By topic id: what went wrong, or undefined for a deleted topic. */
export type DeleteTopicsOutcome = ReadonlyMap<string, KafkaError | undefined>

export function deleteTopics(
  { image }: CommandContext,
  topicIds: Iterable<string>
): CommandResult<DeleteTopicsOutcome> {
  const records: Buffer[] = []
  const outcome = new Map<string, KafkaError | undefined>()
  for (const topicId of topicIds) {
    const isKnown = image.topicById(topicId) !== undefined
    outcome.set(topicId, isKnown ? undefined : new KafkaError('UNKNOWN_TOPIC_ID'))
    if (isKnown) records.push(encodeRecord('removeTopic', 0, { topicId }))
  }
  checkRecordCount(records)
  return { records, outcome }
}
