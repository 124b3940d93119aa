import { deleteTopics } from '../../client/topics.ts'
import { KafkaError } from '../../error-codes.ts'
import { type ClientFlags, withClient } from '../client-options.ts'
import { reportFailures } from '../outcomes.ts'
import { stdout } from '../output.ts'

interface RemoveFlags extends ClientFlags {
  readonly ifExists?: boolean
}

export async function removeTopics(names: readonly string[], flags: RemoveFlags): Promise<void> {
  await withClient(flags, async (client) => {
    const outcomes = await deleteTopics(client, names)
    for (const [index, { error }] of outcomes.entries()) {
      if (error === undefined) await stdout.write(`deleted ${names[index]}\n`)
    }
    const isMissing = (error: Error | undefined) =>
      error instanceof KafkaError && error.errorName === 'UNKNOWN_TOPIC_OR_PARTITION'
    reportFailures(outcomes.filter(({ error }) => !(flags.ifExists && isMissing(error))))
  })
}
