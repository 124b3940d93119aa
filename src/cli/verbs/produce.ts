// `odradek produce`: what the words are; what they do is in cli/produce/.
import type { Command } from 'commander'
import { collect, withClientOptions } from '../client-options.ts'
import { runVerb } from '../run-verb.ts'

const NOTES = `
Each line of standard input is the value of one record. Settings for -X besides the common ones: acks, batch.size,
buffer.memory, compression.type, delivery.timeout.ms, enable.idempotence, linger.ms.

Examples:
  $ echo hello | odradek produce orders
  $ echo 'alice {"id":1}' | odradek produce users -K ' ' -H source=cli -z zstd
  $ echo | odradek produce users -k alice -Z
  $ odradek consume orders -e --json | odradek produce copy --json    (a topic with as many partitions)
`

export function register(program: Command): void {
  const produce = program
    .command('produce')
    .description('send records to a topic of any Kafka')
    .argument('<topic>')
    .option('-k, --key <text>', 'key of every record')
    .option('-K, --key-separator <text>', 'what stands between key and value in each line; \\t and the like work')
    .option('-H, --header <name=value>', 'a header of every record, repeatable', collect)
    .option('-p, --partition <number>', "partition (by key as Java's clients do, else spread)")
    .option('-z, --compression <codec>', 'none, gzip, snappy, lz4 or zstd')
    .option('-Z, --tombstone', 'an empty value is a tombstone (null)')
    .option('-D, --delimiter <text>', 'what ends a record of the input', '\\n')
    .option('--acks <acks>', 'all, 1 or 0')
    .option('--json', 'each line is {"key","value","headers","partition","timestamp"}, as consume --json writes it')
    .option('-v, --verbose', 'print partition and offset of each record')
  withClientOptions(produce)
    .addHelpText('after', NOTES)
    .action((topic, flags) => runVerb(async () => (await import('../produce/produce.ts')).produceLines(topic, flags)))
}
