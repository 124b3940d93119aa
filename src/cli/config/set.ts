import { changeConfigs } from '../../client/configs.ts'
import { type ClientFlags, withClient } from '../client-options.ts'
import { parseChanges } from './changes.ts'
import { parseResource } from './resource.ts'

interface SetFlags extends ClientFlags {
  readonly validateOnly?: boolean
}

export async function setConfigs(resourceWord: string, changes: readonly string[], flags: SetFlags): Promise<void> {
  const resource = parseResource(resourceWord)
  const parsed = parseChanges(changes)
  await withClient(flags, (client) => changeConfigs(client, resource, parsed, { validateOnly: flags.validateOnly }))
}
