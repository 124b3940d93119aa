import { listGroups as listAll } from '../../client/groups.ts'
import { type ReaderFlags, withClient } from '../client-options.ts'
import { stdout, writeJson } from '../output.ts'
import { formatTable } from '../table.ts'

interface ListFlags extends ReaderFlags {
  readonly state?: readonly string[]
  readonly type?: readonly string[]
}

export async function listGroups(flags: ListFlags): Promise<void> {
  const groups = await withClient(flags, (client) => listAll(client, { states: flags.state, types: flags.type }))
  if (flags.json) return writeJson(groups)
  const rows = groups.map(({ groupId, type, state, protocolType }) => [
    groupId,
    type || null,
    state || null,
    protocolType || null
  ])
  await stdout.write(formatTable(['group', 'type', 'state', 'protocol'], rows))
}
