// `group seek`: computes new committed offsets and commits them as nobody in particular, which the coordinator allows
// only while the group has no members.
import type { Client } from '../../client/client.ts'
import { UsageError } from '../../client/errors.ts'
import { commitOffsets, committedOffsets } from '../../client/group-offsets.ts'
import { describeGroup } from '../../client/groups.ts'
import { partitionKey, type TopicPartition } from '../../client/leaders.ts'
import { KafkaError } from '../../error-codes.ts'
import { systemClock } from '../../system/clock.ts'
import { type ReaderFlags, withClient } from '../client-options.ts'
import { type OffsetRange, type OffsetSpec, offsetRanges, parseOffset, resolveOffsets } from '../offset-spec.ts'
import { stdout, writeJson } from '../output.ts'
import { parseTopicSelection, selectPartitions } from '../partition-spec.ts'
import { formatTable } from '../table.ts'
import { byTopicAndPartition } from './lag.ts'

interface SeekFlags extends ReaderFlags {
  readonly to?: string
  readonly toGroup?: string
  readonly topic?: readonly string[]
  readonly dryRun?: boolean
}

interface Move extends TopicPartition {
  readonly from: number | null
  readonly to: number
}

export async function seekGroup(groupId: string, flags: SeekFlags): Promise<void> {
  if ((flags.to === undefined) === (flags.toGroup === undefined)) {
    throw new UsageError('give either --to OFFSET or --to-group GROUP')
  }
  const spec = flags.to === undefined ? undefined : parseOffset(flags.to, systemClock.nowMs())
  const selections = flags.topic?.map(parseTopicSelection)
  await withClient(flags, async (client) => {
    await refuseMembers(client, groupId)
    const committed = await committedOffsets(client, groupId)
    const selected = selections === undefined ? undefined : await selectPartitions(client, selections)
    const moves =
      spec === undefined
        ? await movesToGroup(client, flags.toGroup!, committed, selected)
        : await movesTo(client, spec, committed, selected ?? committed)
    moves.sort(byTopicAndPartition)
    if (moves.length === 0) {
      throw new UsageError(`group '${groupId}' has no committed offsets to move: name topics with -t`)
    }
    if (!flags.dryRun) {
      await commitOffsets(
        client,
        groupId,
        moves.map(({ topic, partition, to }) => ({ topic, partition, offset: to }))
      )
    }
    if (flags.json) return writeJson(moves)
    const rows = moves.map(({ topic, partition, from, to }) => [topic, partition, from, to])
    await stdout.write(
      formatTable(['topic', 'partition', flags.dryRun ? 'is' : 'was', flags.dryRun ? 'would be' : 'is'], rows)
    )
  })
}

// The coordinator would refuse too, partition by partition and with a code that does not say why.
async function refuseMembers(client: Client, groupId: string): Promise<void> {
  try {
    const { members } = await describeGroup(client, groupId)
    if (members.length === 0) return
    const count = members.length === 1 ? 'a member' : `${members.length} members`
    const message = `group '${groupId}' has ${count}: stop its consumers first`
    throw new KafkaError('NON_EMPTY_GROUP', message)
  } catch (error) {
    // A group that does not exist yet begins with the offsets committed here.
    if (!(error instanceof KafkaError && error.errorName === 'GROUP_ID_NOT_FOUND')) throw error
  }
}

type Committed = TopicPartition & { readonly offset: number }

async function movesTo(
  client: Client,
  spec: OffsetSpec,
  committed: readonly Committed[],
  partitions: readonly TopicPartition[]
): Promise<Move[]> {
  const ranges = await offsetRanges(client, partitions)
  const before = offsetsByPartition(committed)
  const resolved =
    spec.kind === 'fromStart' || spec.kind === 'fromEnd'
      ? ranges.map((range) => shifted(range, before, spec.kind === 'fromStart' ? spec.count : -spec.count))
      : await resolveOffsets(client, ranges, spec)
  return ranges.map(({ topic, partition, startOffset, endOffset }, index) => ({
    topic,
    partition,
    from: before.get(partitionKey(topic, partition)) ?? null,
    to: Math.min(Math.max(resolved[index], startOffset), endOffset)
  }))
}

function shifted({ topic, partition }: OffsetRange, before: ReadonlyMap<string, number>, by: number): number {
  const from = before.get(partitionKey(topic, partition))
  if (from !== undefined) return from + by
  throw new UsageError(`${topic}-${partition} has no committed offset to move from: use start, end, N or @TIME`)
}

async function movesToGroup(
  client: Client,
  otherGroup: string,
  committed: readonly Committed[],
  selected: readonly TopicPartition[] | undefined
): Promise<Move[]> {
  const before = offsetsByPartition(committed)
  const wanted = selected && new Set(selected.map(({ topic, partition }) => partitionKey(topic, partition)))
  const others = await committedOffsets(client, otherGroup)
  if (others.length === 0) throw new KafkaError('GROUP_ID_NOT_FOUND', `group '${otherGroup}' has no committed offsets`)
  return others
    .filter(({ topic, partition }) => wanted?.has(partitionKey(topic, partition)) ?? true)
    .map(({ topic, partition, offset }) => ({
      topic,
      partition,
      from: before.get(partitionKey(topic, partition)) ?? null,
      to: offset
    }))
}

const offsetsByPartition = (committed: readonly Committed[]): Map<string, number> =>
  new Map(committed.map(({ topic, partition, offset }) => [partitionKey(topic, partition), offset]))
