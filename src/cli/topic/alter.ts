import { ConfigResourceType, changeConfigs } from '../../client/configs.ts'
import { type ClientFlags, withClient } from '../client-options.ts'
import { parseChanges } from '../config/changes.ts'

interface AlterFlags extends ClientFlags {
  readonly validateOnly?: boolean
}

export async function alterTopic(name: string, changes: readonly string[], flags: AlterFlags): Promise<void> {
  const parsed = parseChanges(changes)
  await withClient(flags, (client) =>
    changeConfigs(client, { type: ConfigResourceType.TOPIC, name }, parsed, { validateOnly: flags.validateOnly })
  )
}
