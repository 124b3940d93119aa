// `consume`: the flags, checked, and the choice between following partitions and being a member of a group.
import type { Client } from '../../client/client.ts'
import { UsageError } from '../../client/errors.ts'
import { Fetcher, type FetcherOptions } from '../../client/fetcher.ts'
import { systemClock } from '../../system/clock.ts'
import { type ReaderFlags, withClient } from '../client-options.ts'
import { ClientSettings, CONSUMER_SETTINGS } from '../client-settings.ts'
import { parseCount } from '../number-spec.ts'
import { type OffsetSpec, offsetRanges, parseOffset, resolveOffsets } from '../offset-spec.ts'
import { parsePartitions, parseTopicSelection, selectPartitions, type TopicSelection } from '../partition-spec.ts'
import { Progress, withCommas } from '../progress.ts'
import { onStopSignal } from '../stop-signal.ts'
import { Ends } from './ends.ts'
import { consumeInGroup } from './group-consumer.ts'
import { Printer } from './printer.ts'

interface ConsumeFlags extends ReaderFlags {
  readonly offset?: string
  readonly num?: string
  readonly exit?: boolean
  readonly group?: string
  readonly partitions?: string
  readonly format?: string
  readonly readCommitted?: boolean
}

export async function consume(topics: readonly string[], flags: ConsumeFlags): Promise<void> {
  const settings = new ClientSettings(flags.X ?? [], CONSUMER_SETTINGS)
  if (flags.json && flags.format !== undefined) throw new UsageError('give either --json or -f')
  const selections = topics.map((text) => selectionOf(text, flags.partitions))
  const limit = flags.num === undefined ? undefined : parseCount('--num', flags.num)
  const printer = new Printer({ json: flags.json, format: flags.format, limit })
  const start = startSpec(flags, settings)
  const options = fetcherOptions(flags, settings)
  const stopAtEnd = flags.exit ?? false
  const progress = new Progress(systemClock, () => `${withCommas(printer.printed)} records`)
  // Whoever sees the records needs no count of them.
  if (!process.stdout.isTTY) progress.start()
  const run = (client: Client): Promise<void> => {
    if (flags.group === undefined) return consumePartitions({ client, selections, start, stopAtEnd, printer, options })
    const names = groupTopics(selections)
    return consumeInGroup({ client, group: flags.group, topics: names, start, stopAtEnd, printer, options, settings })
  }
  try {
    await withClient(flags, run, settings)
  } finally {
    progress.stop()
  }
}

interface PartitionsRun {
  readonly client: Client
  readonly selections: readonly TopicSelection[]
  readonly start: OffsetSpec
  readonly stopAtEnd: boolean
  readonly printer: Printer
  readonly options: FetcherOptions
}

async function consumePartitions(run: PartitionsRun): Promise<void> {
  const { client, printer, options } = run
  const partitions = await selectPartitions(client, run.selections)
  const ranges = await offsetRanges(client, partitions, options.isolation)
  const offsets = await resolveOffsets(client, ranges, run.start)
  const positions = partitions.map((of, index) => ({ ...of, offset: offsets[index] }))
  const ends = run.stopAtEnd ? new Ends(ranges) : undefined
  const fetcher = new Fetcher(client, options)
  fetcher.assign(ends?.remaining(positions) ?? positions)
  let isStopped = false
  const unlisten = onStopSignal(() => {
    isStopped = true
    fetcher.close()
  })
  try {
    while (!isStopped && !printer.isDone && fetcher.positions.length > 0) {
      for (const fetched of await fetcher.poll()) {
        const reached = await printer.print(fetched, ends?.of(fetched))
        if (ends !== undefined && reached >= ends.of(fetched)) fetcher.remove(fetched)
        if (isStopped || printer.isDone) break
      }
    }
  } finally {
    unlisten()
  }
}

function selectionOf(text: string, partitions: string | undefined): TopicSelection {
  const selection = parseTopicSelection(text)
  if (partitions === undefined) return selection
  if (selection.partitions !== undefined) throw new UsageError(`'${text}' names partitions already: leave -p out`)
  return { ...selection, partitions: parsePartitions(partitions) }
}

function groupTopics(selections: readonly TopicSelection[]): string[] {
  if (selections.some(({ partitions }) => partitions !== undefined)) {
    throw new UsageError('a group shares out the partitions itself: leave -p out, or -g')
  }
  return selections.map(({ topic }) => topic)
}

function startSpec(flags: ConsumeFlags, settings: ClientSettings): OffsetSpec {
  if (flags.offset !== undefined) return parseOffset(flags.offset, systemClock.nowMs())
  const reset = settings.oneOf('auto.offset.reset', ['earliest', 'latest'])
  if (reset !== undefined) return { kind: reset === 'earliest' ? 'start' : 'end' }
  return { kind: flags.exit || flags.num !== undefined ? 'start' : 'end' }
}

function fetcherOptions(flags: ConsumeFlags, settings: ClientSettings): FetcherOptions {
  const isolation = settings.oneOf('isolation.level', ['read_committed', 'read_uncommitted'])
  return {
    isolation: flags.readCommitted ? 'read_committed' : isolation,
    maxWaitMs: settings.int('fetch.max.wait.ms'),
    minBytes: settings.int('fetch.min.bytes'),
    maxBytes: settings.int('fetch.max.bytes'),
    partitionMaxBytes: settings.int('max.partition.fetch.bytes'),
    checkCrc: settings.boolean('check.crcs'),
    onOutOfRange: settings.oneOf('auto.offset.reset', ['earliest', 'latest'])
  }
}
