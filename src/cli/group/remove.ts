import type { Client } from '../../client/client.ts'
import { committedOffsets, deleteOffsets } from '../../client/group-offsets.ts'
import { deleteGroup } from '../../client/groups.ts'
import type { Outcome } from '../../client/leaders.ts'
import { type ClientFlags, withClient } from '../client-options.ts'
import { reportFailures } from '../outcomes.ts'
import { stdout } from '../output.ts'
import { parseTopicSelection, type TopicSelection } from '../partition-spec.ts'

interface RemoveFlags extends ClientFlags {
  readonly topic?: readonly string[]
}

export async function removeGroups(groupIds: readonly string[], flags: RemoveFlags): Promise<void> {
  const selections = flags.topic?.map(parseTopicSelection)
  await withClient(flags, async (client) => {
    const outcomes: Outcome<unknown>[] = []
    for (const groupId of groupIds) {
      outcomes.push(
        ...(selections === undefined ? [await removeGroup(client, groupId)] : await forget(client, groupId, selections))
      )
    }
    reportFailures(outcomes)
  })
}

async function removeGroup(client: Client, groupId: string): Promise<Outcome<void>> {
  try {
    await deleteGroup(client, groupId)
    await stdout.write(`deleted ${groupId}\n`)
    return { result: undefined }
  } catch (error) {
    return { error: error as Error }
  }
}

// The committed offsets say which partitions there are, so that this works for topics that are gone too.
async function forget(
  client: Client,
  groupId: string,
  selections: readonly TopicSelection[]
): Promise<Outcome<void>[]> {
  const committed = await committedOffsets(client, groupId)
  const doomed = committed.filter(({ topic, partition }) =>
    selections.some((of) => of.topic === topic && (of.partitions?.includes(partition) ?? true))
  )
  const outcomes = doomed.length === 0 ? [] : await deleteOffsets(client, groupId, doomed)
  for (const [index, { error }] of outcomes.entries()) {
    const { topic, partition } = doomed[index]
    if (error === undefined) await stdout.write(`deleted the offset of ${groupId} at ${topic}-${partition}\n`)
  }
  return outcomes
}
