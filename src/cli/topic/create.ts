import { UsageError } from '../../client/errors.ts'
import { createTopics, type TopicSpec } from '../../client/topics.ts'
import { KafkaError } from '../../error-codes.ts'
import { type ReaderFlags, withClient } from '../client-options.ts'
import { parseChange } from '../config/changes.ts'
import { parseCount } from '../number-spec.ts'
import { reportFailures } from '../outcomes.ts'
import { stdout, writeJson } from '../output.ts'

interface CreateFlags extends ReaderFlags {
  readonly partitions?: string
  readonly replicationFactor?: string
  readonly config?: readonly string[]
  readonly ifNotExists?: boolean
  readonly validateOnly?: boolean
}

export async function createTopic(names: readonly string[], flags: CreateFlags): Promise<void> {
  const partitions = flags.partitions === undefined ? undefined : parseCount('--partitions', flags.partitions)
  const replicationFactor =
    flags.replicationFactor === undefined ? undefined : parseCount('--replication-factor', flags.replicationFactor)
  const configs = Object.fromEntries((flags.config ?? []).map(parseConfig))
  const specs: TopicSpec[] = names.map((name) => ({ name, partitions, replicationFactor, configs }))
  await withClient(flags, async (client) => {
    const outcomes = await createTopics(client, specs, { validateOnly: flags.validateOnly })
    const isTolerated = (error: Error | undefined) =>
      flags.ifNotExists === true && error instanceof KafkaError && error.errorName === 'TOPIC_ALREADY_EXISTS'
    const created = outcomes.flatMap(({ result }) => (result === undefined ? [] : [result]))
    if (flags.json) await writeJson(created)
    else {
      const verb = flags.validateOnly ? 'would create' : 'created'
      for (const { name, partitions: count } of created) {
        // Brokers before CreateTopics v5 do not tell what the default was.
        const suffix = count < 0 ? '' : ` (${count} ${count === 1 ? 'partition' : 'partitions'})`
        await stdout.write(`${verb} ${name}${suffix}\n`)
      }
    }
    reportFailures(outcomes.filter(({ error }) => !isTolerated(error)))
  })
}

function parseConfig(text: string): [string, string] {
  const { name, operation, value } = parseChange(text)
  if (operation !== 'set') throw new UsageError(`-c ${text}: want KEY=VALUE`)
  return [name, value!]
}
