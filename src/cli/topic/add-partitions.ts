import { UsageError } from '../../client/errors.ts'
import { createPartitions } from '../../client/topics.ts'
import { type ClientFlags, withClient } from '../client-options.ts'
import { parseCount } from '../number-spec.ts'
import { stdout } from '../output.ts'

interface AddPartitionsFlags extends ClientFlags {
  readonly num?: string
  readonly to?: string
  readonly validateOnly?: boolean
}

export async function addPartitions(names: readonly string[], flags: AddPartitionsFlags): Promise<void> {
  if ((flags.num === undefined) === (flags.to === undefined)) throw new UsageError('give either -n COUNT or --to COUNT')
  const added = flags.num === undefined ? undefined : parseCount('--num', flags.num)
  const total = flags.to === undefined ? undefined : parseCount('--to', flags.to)
  await withClient(flags, async (client) => {
    for (const name of names) {
      const count = total ?? (await client.topic(name)).partitions.length + added!
      await createPartitions(client, name, count, { validateOnly: flags.validateOnly })
      await stdout.write(`${name} ${flags.validateOnly ? 'would have' : 'has'} ${count} partitions\n`)
    }
  })
}
