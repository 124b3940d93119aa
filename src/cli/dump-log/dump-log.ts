// `dump-log`: each file by what its name says it is.
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UsageError } from '../../client/errors.ts'
import { systemClock } from '../../system/clock.ts'
import { Progress } from '../progress.ts'
import { VerbFailed } from '../run-verb.ts'
import { type DumpFlags, dumpBatches, type Watcher } from './dump-batches.ts'
import { dumpOffsetIndex, dumpTimeIndex, dumpTransactionIndex } from './dump-index.ts'
import { dumpProducerSnapshot } from './dump-snapshot.ts'
import { dumpCheckpoint, dumpJson, dumpProperties } from './dump-text.ts'
import { Report } from './report.ts'

interface DumpLogFlags extends DumpFlags {
  readonly json?: boolean
}

type Dump = (path: string, report: Report, flags: DumpFlags, watcher: Watcher) => Promise<void>

interface Kind {
  readonly name: string
  readonly pattern: RegExp
  readonly dump: Dump
}

const batches: Dump = (path, report, flags, watcher) => dumpBatches(path, flags, report, watcher)
const checkpoint =
  (...fields: string[]): Dump =>
  (path, report) =>
    dumpCheckpoint(path, fields, report)

// Behind the suffix may stand .deleted, .cleaned or .swap: files on their way out or in.
const KINDS: readonly Kind[] = [
  { name: 'log', pattern: /\.log(\.\w+)?$/, dump: batches },
  { name: 'metadata snapshot', pattern: /\.checkpoint(\.\w+)?$/, dump: batches },
  { name: 'offset index', pattern: /\.index(\.\w+)?$/, dump: (path, report) => dumpOffsetIndex(path, report) },
  { name: 'time index', pattern: /\.timeindex(\.\w+)?$/, dump: (path, report) => dumpTimeIndex(path, report) },
  {
    name: 'aborted transactions',
    pattern: /\.txnindex(\.\w+)?$/,
    dump: (path, report) => dumpTransactionIndex(path, report)
  },
  {
    name: 'producer snapshot',
    pattern: /\.snapshot(\.\w+)?$/,
    dump: (path, report) => dumpProducerSnapshot(path, report)
  },
  { name: 'leader epochs', pattern: /^leader-epoch-checkpoint$/, dump: checkpoint('epoch', 'startOffset') },
  { name: 'offset checkpoint', pattern: /-offset-checkpoint$/, dump: checkpoint('topic', 'partition', 'offset') },
  {
    name: 'properties',
    pattern: /^(meta\.properties|partition\.metadata)$/,
    dump: (path, report) => dumpProperties(path, report)
  },
  { name: 'quorum state', pattern: /^quorum-state$/, dump: (path, report) => dumpJson(path, report) }
]

const kindOf = (path: string): Kind | undefined => KINDS.find(({ pattern }) => pattern.test(basename(path)))

export async function dumpLog(paths: readonly string[], flags: DumpLogFlags): Promise<void> {
  const files = paths.flatMap(filesOf)
  const report = new Report(flags.json ?? false)
  let state = ''
  const progress = new Progress(systemClock, () => state)
  // A terminal that shows the dump itself needs no word about it.
  if (!process.stdout.isTTY) progress.start()
  try {
    for (const path of files) {
      const kind = kindOf(path)!
      await report.file(path, kind.name)
      const onProgress = (done: number, total: number) => {
        state = `${path}: ${Math.floor((100 * done) / total)} %`
      }
      await kind.dump(path, report, flags, { onProgress })
    }
  } finally {
    progress.stop()
  }
  if (report.problems === 0) return
  process.stderr.write(`odradek: ${report.problems} ${report.problems === 1 ? 'problem' : 'problems'} found\n`)
  throw new VerbFailed()
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) {
    if (kindOf(path) !== undefined) return [path]
    throw new UsageError(`'${path}': the name is none of Kafka's files (.log, .index, .timeindex, .snapshot, ...)`)
  }
  const files = readdirSync(path)
    .filter((name) => kindOf(name) !== undefined && statSync(join(path, name)).isFile())
    .sort()
  if (files.length === 0) throw new UsageError(`'${path}' holds none of Kafka's files: name a partition directory`)
  return files.map((name) => join(path, name))
}
