// `odradek dump-log`: what the words are; what they do is in cli/dump-log/.
import type { Command } from 'commander'
import { runVerb } from '../run-verb.ts'

const NOTES = `
Files: .log and .checkpoint (batches, CRC checked), .index, .timeindex and .txnindex (compared with the .log beside
them), .snapshot (producers), the checkpoints, partition.metadata, meta.properties, quorum-state. A directory stands for
all of these in it. Records of Kafka's internal topics are decoded; --raw shows them as bytes.
Exit code 1 when a CRC is wrong, a batch is torn, or an index entry does not match its log.

Examples:
  $ odradek dump-log data/orders-0/00000000000000000000.log --records
  $ odradek dump-log data/orders-0
  $ odradek dump-log data/__cluster_metadata-0 --records --json
`

export function register(program: Command): void {
  program
    .command('dump-log')
    .description("show and check the files of a partition, ours or Apache Kafka's")
    .argument('<file...>')
    .option('-r, --records', 'the records too')
    .option('--raw', 'records of internal topics as bytes')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', NOTES)
    .action((files, flags) => runVerb(async () => (await import('../dump-log/dump-log.ts')).dumpLog(files, flags)))
}
