// `odradek group ...`: what the words are; what they do is in cli/group/.
import type { Command } from 'commander'
import { collect, withClientOptions, withReaderOptions } from '../client-options.ts'
import { runVerb } from '../run-verb.ts'

const example = (command: Command, ...lines: string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ odradek ${line}\n`).join('')}`)

export function register(program: Command): void {
  const group = program.command('group').description('consumer groups of any Kafka: list, lag, offsets, delete')
  const ls = group
    .command('ls')
    .alias('list')
    .description('list groups')
    .option('--state <state>', 'only in this state (Stable, Empty, ...), repeatable', collect)
    .option('--type <type>', 'only of this type (classic, consumer, share, streams), repeatable', collect)
  example(withReaderOptions(ls), 'group ls', 'group ls --state Empty').action((flags) =>
    runVerb(async () => (await import('../group/list.ts')).listGroups(flags))
  )
  const describe = group.command('describe').description('members, committed offsets and lag').argument('<group...>')
  example(withReaderOptions(describe), 'group describe audit').action((groups, flags) =>
    runVerb(async () => (await import('../group/describe.ts')).describeGroups(groups, flags))
  )
  const seek = group
    .command('seek')
    .description('move the committed offsets of a group without members')
    .argument('<group>')
    .option('--to <offset>', 'start, end, N, @TIME; +N and -N move from the committed offset')
    .option('--to-group <group>', "to another group's committed offsets")
    .option(
      '-t, --topic <topic[:partitions]>',
      'only these, such as orders:0,2-4, also ones never committed; repeatable',
      collect
    )
    .option('--dry-run', 'show, change nothing')
  example(
    withReaderOptions(seek),
    'group seek audit --to start',
    'group seek audit --to @-1h -t orders:0-2 --dry-run',
    'group seek new-audit --to-group audit'
  ).action((name, flags) => runVerb(async () => (await import('../group/seek.ts')).seekGroup(name, flags)))
  const rm = group
    .command('rm')
    .alias('delete')
    .description('delete groups without members, or their committed offsets of some topics')
    .argument('<group...>')
    .option('-t, --topic <topic[:partitions]>', 'delete only these committed offsets, repeatable', collect)
  example(withClientOptions(rm), 'group rm audit', 'group rm audit -t orders').action((names, flags) =>
    runVerb(async () => (await import('../group/remove.ts')).removeGroups(names, flags))
  )
}
