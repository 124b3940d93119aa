// `odradek consume`: what the words are; what they do is in cli/consume/.
import type { Command } from 'commander'
import { withReaderOptions } from '../client-options.ts'
import { runVerb } from '../run-verb.ts'

const NOTES = `
Offsets (-o): start, end, N, +N (N behind the start), -N (N before the end), @TIME with TIME in epoch milliseconds,
ISO 8601, or back from now such as @-1h30m. Without -o: end, or start when -e or -n is given. With -g the committed
offsets come first, and -o counts where there is none.

Format (-f, default '%v\\n'):
  %t topic   %p partition   %o offset   %T timestamp (ms)   %d timestamp (ISO)
  %k key     %K its size    %v or %s value   %V or %S its size   %h headers as name=value,...   %%  a percent sign
  %k{hex} %k{base64} %k{json} (also for %v): the bytes in that form; a null is nothing, its size -1, in JSON null.
  Escapes: \\n \\r \\t \\0 \\\\ \\xHH \\uHHHH

Settings for -X besides the common ones: auto.commit.interval.ms, auto.offset.reset, check.crcs, enable.auto.commit,
fetch.max.bytes, fetch.max.wait.ms, fetch.min.bytes, group.instance.id, heartbeat.interval.ms, isolation.level,
max.partition.fetch.bytes, max.poll.interval.ms, session.timeout.ms.

Examples:
  $ odradek consume orders
  $ odradek consume orders -o @-1h -e -f '%p@%o %k: %v\\n'
  $ odradek consume orders payments -g audit --json
  $ odradek consume orders -o -10 -e
`

export function register(program: Command): void {
  const consume = program
    .command('consume')
    .description('print the records of topics of any Kafka, and follow them until Ctrl-C')
    .argument('<topic...>', 'TOPIC or TOPIC:PARTITIONS')
    .option('-o, --offset <offset>', 'where to start')
    .option('-n, --num <count>', 'stop after this many records')
    .option('-e, --exit', 'stop at the end, as it is now')
    .option('-g, --group <group>', 'be a member of this group and commit')
    .option('-p, --partitions <list>', 'these partitions only, such as 0,2-4')
    .option('-f, --format <format>', 'how to print a record')
    .option('--read-committed', 'only what committed transactions wrote')
  withReaderOptions(consume)
    .addHelpText('after', NOTES)
    .action((topics, flags) => runVerb(async () => (await import('../consume/consume.ts')).consume(topics, flags)))
}
