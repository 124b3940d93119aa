// The command's words. Only what the words on the command line name is loaded.
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { ExitCode } from './exit-code.ts'
import { version } from './version.ts'

type Verb = { register(program: Command): void }

/** `odradek VERB`, from src/cli/verbs/. */
const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  topic: () => import('./verbs/topic.ts'),
  produce: () => import('./verbs/produce.ts'),
  consume: () => import('./verbs/consume.ts'),
  group: () => import('./verbs/group.ts'),
  config: () => import('./verbs/config.ts'),
  'dump-log': () => import('./verbs/dump-log.ts')
}

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value]

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65535) return port
  throw new InvalidArgumentError('It must be a number from 0 to 65535; 0 picks a free port.')
}

function withConfigOptions(command: Command): Command {
  return command
    .option('--port <port>', 'port of the first listener, 0 picks one (default: 9092)', parsePort)
    .option('--host <host>', 'address of the first listener, * is every one (default: 127.0.0.1 and ::1)')
    .option('--data <dir>', 'data directory (default: the folder for data of this user)')
    .option('--memory', 'keep everything in memory, nothing touches the disk')
    .option('--config <file>', "a server.properties with Kafka's own names; of several the later wins", collect)
    .option('--override <key=value>', 'a config, repeatable', collect)
}

function registerStart(program: Command): void {
  const start = program.command('start', { isDefault: true }).description('start the broker')
  withConfigOptions(start)
    .option('--topic <spec>', 'make a topic: name[:partitions[:key=value,...]], repeatable', collect)
    .option('--port-file <file>', 'write the port there when the broker is ready')
    .option('--log-level <level>', 'debug, info, warn, error or silent (default: info)')
    .option('--json', 'ready line and log as JSON also on a terminal')
    .addHelpText(
      'after',
      `
Examples:
  $ odradek
  $ odradek start --memory --port 0 --port-file /tmp/kafka.port
  $ odradek start --data ./data --topic orders:3 --topic users:1:cleanup.policy=compact
  $ odradek start --config server.properties --override log.retention.hours=1

Configs come from, the first that has a value wins: flags, --override, KAFKA_* variables, --config, defaults.
'odradek config --show-origin' prints them with their source.
Exit codes: 1 failure, 2 wrong usage or configuration, 3 port in use, 4 data directory in use.`
    )
    .action(async (flags) => (await import('./start.ts')).start(flags))
}

function registerConfig(program: Command): void {
  const config = program.command('config').description("show this broker's configuration; get and set a cluster's")
  withConfigOptions(config)
    .option('--show-origin', 'with the file, variable or flag that each value comes from')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ odradek config --show-origin --config server.properties
  $ KAFKA_NUM_PARTITIONS=3 odradek config --show-origin --json`
    )
    .action(async (flags) => {
      const [{ showConfig }, { runVerb }] = await Promise.all([import('./config-command.ts'), import('./run-verb.ts')])
      await runVerb(() => showConfig(flags))
    })
}

function createProgram(): Command {
  const program = new Command('odradek')
    .description('The local Kafka: one node, every client, Apache Kafka’s own data format')
    .version(version, '-v, --version')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'odradek: ')) })
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      `
Examples:
  $ odradek                              a broker on localhost:9092
  $ odradek start --memory --port 0      a broker for one test run
  $ odradek topic ls                     what is in it
  $ odradek help start                   all about starting`
    )
  registerStart(program)
  registerConfig(program)
  return program
}

/** Help lists every verb; anything else needs the one that it names. */
async function registerVerbs(program: Command, words: readonly string[]): Promise<void> {
  const named = words.find((word) => Object.hasOwn(verbs, word))
  const isHelp = words.some((word) => word === 'help' || word === '--help' || word === '-h')
  const isStart = named === undefined && (words.length === 0 || words[0] === 'start' || words[0].startsWith('-'))
  if (isStart && !isHelp) return
  const names = named !== undefined && words[0] === named ? [named] : Object.keys(verbs)
  for (const name of names) (await verbs[name]()).register(program)
}

export async function main(words: readonly string[]): Promise<void> {
  const program = createProgram()
  try {
    await registerVerbs(program, words)
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    process.exitCode = error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE
  }
}
