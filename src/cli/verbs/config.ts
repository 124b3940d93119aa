// `odradek config get|set`: dynamic configs of any Kafka. `odradek config` alone, this broker's own, is found here or made.
import type { Command } from 'commander'
import { withClientOptions, withReaderOptions } from '../client-options.ts'
import { runVerb } from '../run-verb.ts'

const RESOURCES = `
Resources: topic/NAME, broker/ID, broker (default of all brokers), group/NAME, client-metrics/NAME.
`

export function register(program: Command): void {
  const config = program.commands.find((command) => command.name() === 'config') ?? program.command('config')
  const get = config
    .command('get')
    .description('configs of a resource with their origin; without names those that somebody set')
    .argument('<resource>')
    .argument('[name...]')
    .option('-a, --all', 'defaults too')
    .option('--docs', 'with what each means')
  withReaderOptions(get)
    .addHelpText(
      'after',
      `${RESOURCES}
Examples:
  $ odradek config get topic/orders
  $ odradek config get broker/1 log.retention.ms --json
`
    )
    .action((resource, names, flags) =>
      runVerb(async () => (await import('../config/get.ts')).getConfigs(resource, names, flags))
    )
  const set = config
    .command('set')
    .description('change configs: KEY=VALUE sets, KEY- goes back to the default, KEY+=V and KEY-=V change a list')
    .argument('<resource>')
    .argument('<change...>')
    .option('--validate-only', 'check, change nothing')
  withClientOptions(set)
    .addHelpText(
      'after',
      `${RESOURCES}
Examples:
  $ odradek config set topic/orders retention.ms=3600000 cleanup.policy+=compact
  $ odradek config set topic/orders retention.ms-
  $ odradek config set broker log.cleaner.threads=2
`
    )
    .action((resource, changes, flags) =>
      runVerb(async () => (await import('../config/set.ts')).setConfigs(resource, changes, flags))
    )
}
