// `odradek topic ...`: what the words are; what they do is in cli/topic/.
import type { Command } from 'commander'
import { collect, withClientOptions, withReaderOptions } from '../client-options.ts'
import { runVerb } from '../run-verb.ts'

export function register(program: Command): void {
  const topic = program.command('topic').description('list, create, change and delete topics of any Kafka')
  registerReaders(topic)
  registerChanges(topic)
  registerRecordVerbs(topic)
}

const example = (command: Command, ...lines: string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ odradek ${line}\n`).join('')}`)

function registerReaders(topic: Command): void {
  const ls = topic.command('ls').alias('list').description('list topics').option('-i, --internal', 'internal ones too')
  example(withReaderOptions(ls), 'topic ls', 'topic ls --json | jq -r .[].name').action((flags) =>
    runVerb(async () => (await import('../topic/list.ts')).listTopics(flags))
  )
  const describe = topic
    .command('describe')
    .description('partitions with leaders and offsets, and the configs that are not the default')
    .argument('<topic...>')
  example(withReaderOptions(describe), 'topic describe orders').action((names, flags) =>
    runVerb(async () => (await import('../topic/describe.ts')).describeTopics(names, flags))
  )
}

function registerChanges(topic: Command): void {
  const create = topic
    .command('create')
    .description('create topics')
    .argument('<topic...>')
    .option('-p, --partitions <count>', "partitions (the broker's num.partitions)")
    .option('-r, --replication-factor <count>', "replicas (the broker's default.replication.factor)")
    .option('-c, --config <key=value>', 'a topic config, repeatable', collect)
    .option('--if-not-exists', 'no error for a topic that is there')
    .option('--validate-only', 'check, create nothing')
  example(
    withReaderOptions(create),
    'topic create orders -p 6',
    'topic create users -c cleanup.policy=compact -c retention.ms=-1'
  ).action((names, flags) => runVerb(async () => (await import('../topic/create.ts')).createTopic(names, flags)))

  const alter = topic
    .command('alter')
    .description('change configs: KEY=VALUE sets, KEY- goes back to the default, KEY+=V and KEY-=V change a list')
    .argument('<topic>')
    .argument('<change...>')
    .option('--validate-only', 'check, change nothing')
  example(
    withClientOptions(alter),
    'topic alter orders retention.ms=3600000',
    'topic alter orders retention.ms-'
  ).action((name, changes, flags) =>
    runVerb(async () => (await import('../topic/alter.ts')).alterTopic(name, changes, flags))
  )

  const addPartitions = topic
    .command('add-partitions')
    .description('add partitions; keys may land on other partitions from then on')
    .argument('<topic...>')
    .option('-n, --num <count>', 'how many to add')
    .option('--to <count>', 'how many there shall be')
    .option('--validate-only', 'check, change nothing')
  example(
    withClientOptions(addPartitions),
    'topic add-partitions orders -n 2',
    'topic add-partitions orders --to 12'
  ).action((names, flags) =>
    runVerb(async () => (await import('../topic/add-partitions.ts')).addPartitions(names, flags))
  )

  const rm = topic
    .command('rm')
    .alias('delete')
    .description('delete topics with all their records')
    .argument('<topic...>')
    .option('--if-exists', 'no error for a topic that is not there')
  example(withClientOptions(rm), 'topic rm orders').action((names, flags) =>
    runVerb(async () => (await import('../topic/remove.ts')).removeTopics(names, flags))
  )
}

function registerRecordVerbs(topic: Command): void {
  const trim = topic
    .command('trim')
    .description('delete the records before an offset')
    .argument('<topic>')
    .requiredOption('--to <offset>', 'first offset that stays: N, end, +N, -N, @TIME')
    .option('-p, --partitions <list>', 'these only, such as 0,2-4')
  example(withReaderOptions(trim), 'topic trim orders --to end', 'topic trim orders --to @-7d -p 0').action(
    (name, flags) => runVerb(async () => (await import('../topic/trim.ts')).trimTopic(name, flags))
  )

  const offsets = topic
    .command('offsets')
    .description('start and end offset of each partition, and the offset at a time')
    .argument('<topic...>', 'TOPIC or TOPIC:PARTITIONS')
    .option(
      '--at <time>',
      'also the first offset at or after this time: epoch ms, ISO, -1h, or `max` (newest timestamp)'
    )
  example(withReaderOptions(offsets), 'topic offsets orders', 'topic offsets orders:0-2 --at -1h').action(
    (names, flags) => runVerb(async () => (await import('../topic/offsets.ts')).topicOffsets(names, flags))
  )
}
