import type { Client } from '../../client/client.ts'
import { committedOffsets } from '../../client/group-offsets.ts'
import { describeGroup, type GroupDescription } from '../../client/groups.ts'
import { type ReaderFlags, withClient } from '../client-options.ts'
import { stdout, writeJson } from '../output.ts'
import { formatPairs, formatTable } from '../table.ts'
import { type LagRow, lagRows } from './lag.ts'

interface Description extends GroupDescription {
  readonly totalLag: number
  readonly partitions: readonly LagRow[]
}

export async function describeGroups(groupIds: readonly string[], flags: ReaderFlags): Promise<void> {
  const described = await withClient(flags, async (client) => {
    const groups: Description[] = []
    for (const groupId of groupIds) groups.push(await describe(client, groupId))
    return groups
  })
  if (flags.json) return writeJson(described)
  await stdout.write(described.map(format).join('\n'))
}

async function describe(client: Client, groupId: string): Promise<Description> {
  const group = await describeGroup(client, groupId)
  const partitions = await lagRows(client, group, await committedOffsets(client, groupId))
  const totalLag = partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0)
  return { ...group, totalLag, partitions }
}

function format(group: Description): string {
  const summary = formatPairs([
    ['group', group.groupId],
    ['type', group.type],
    ['state', group.state],
    ['assignor', group.assignor || null],
    ['coordinator', group.coordinator],
    ['members', group.members.length],
    ['total lag', group.totalLag]
  ])
  const idle = group.members.filter(({ assignment }) => assignment.length === 0)
  const tables = [summary]
  if (group.partitions.length > 0) tables.push(formatPartitions(group.partitions))
  if (idle.length > 0) {
    const rows = idle.map(({ memberId, clientId, host }) => [memberId, clientId, host])
    tables.push(formatTable(['member without partitions', 'client', 'host'], rows))
  }
  return tables.join('\n')
}

function formatPartitions(partitions: readonly LagRow[]): string {
  const rows = partitions.map((row) => [
    row.topic,
    row.partition,
    row.committedOffset,
    row.endOffset,
    row.lag,
    row.instanceId ?? row.memberId,
    row.clientId,
    row.host
  ])
  return formatTable(['topic', 'partition', 'committed', 'end', 'lag', 'member', 'client', 'host'], rows)
}
