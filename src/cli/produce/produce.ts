// `produce`: every line of the input becomes a record; ends when all of them are acknowledged, or at the first failure.
import type { Client } from '../../client/client.ts'
import { UsageError } from '../../client/errors.ts'
import type { Acks } from '../../client/produce.ts'
import { Producer, type ProducerOptions } from '../../client/producer.ts'
import type { Delivery } from '../../client/producer-batch.ts'
import { systemClock } from '../../system/clock.ts'
import { type ClientFlags, withClient } from '../client-options.ts'
import { ClientSettings, PRODUCER_SETTINGS } from '../client-settings.ts'
import { resolveEscapes } from '../escapes.ts'
import { stdout } from '../output.ts'
import { Progress, withCommas } from '../progress.ts'
import { BadRecord } from '../record-json.ts'
import { describeError, VerbFailed } from '../run-verb.ts'
import { onStopSignal } from '../stop-signal.ts'
import { type ParsedRecord, type RecordFlags, recordParser } from './record-parser.ts'
import { splitLines } from './split-lines.ts'

interface ProduceFlags extends ClientFlags, RecordFlags {
  readonly compression?: string
  readonly delimiter: string
  readonly acks?: string
  readonly verbose?: boolean
}

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const ACKS: Readonly<Record<string, Acks>> = { all: -1, '-1': -1, '0': 0, '1': 1 }

export async function produceLines(topic: string, flags: ProduceFlags): Promise<void> {
  const settings = new ClientSettings(flags.X ?? [], PRODUCER_SETTINGS)
  const options = producerOptions(flags, settings)
  const parse = recordParser(flags)
  const delimiter = Buffer.from(resolveEscapes(flags.delimiter))
  if (delimiter.length === 0) throw new UsageError('-D: the delimiter is empty')
  const lines = splitLines(process.stdin, delimiter)
  await withClient(flags, (client) => sendAll(client, topic, lines, parse, options, flags), settings)
}

async function sendAll(
  client: Client,
  topic: string,
  lines: AsyncIterable<Buffer>,
  parse: (line: Buffer) => ParsedRecord,
  options: ProducerOptions,
  flags: ProduceFlags
): Promise<void> {
  const producer = await Producer.create(client, options)
  const run = { lines: 0, acknowledged: 0, failure: undefined as string | undefined }
  const progress = new Progress(systemClock, () => `${withCommas(run.acknowledged)} records acknowledged`)
  // Destroying the input ends the loop below; what was read is still sent.
  const unlisten = onStopSignal(() => process.stdin.destroy())
  if (!process.stdin.isTTY) progress.start()
  const onDelivered = async (delivery: Delivery) => {
    run.acknowledged++
    if (flags.verbose) await stdout.write(`${delivery.topic}-${delivery.partition}@${delivery.offset}\n`)
  }
  const fail = (line: number, error: unknown) => {
    run.failure ??= `line ${line}: ${error instanceof BadRecord ? error.message : describeError(error)}`
    process.stdin.destroy()
  }
  try {
    for await (const line of untilDestroyed(lines)) {
      const number = ++run.lines
      let record: ParsedRecord
      try {
        record = parse(line)
      } catch (error) {
        if (!(error instanceof BadRecord)) throw error
        fail(number, error)
        break
      }
      producer.send({ topic, ...record }).then(onDelivered, (error) => fail(number, error))
      await producer.room()
      if (run.failure !== undefined) break
    }
    await producer.close()
  } finally {
    progress.stop()
    unlisten()
  }
  if (run.failure === undefined) return
  const before = `${run.acknowledged} ${run.acknowledged === 1 ? 'record was' : 'records were'} acknowledged`
  process.stderr.write(`odradek: ${run.failure} (${before})\n`)
  throw new VerbFailed()
}

async function* untilDestroyed(lines: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* lines
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

function producerOptions(flags: ProduceFlags, settings: ClientSettings): ProducerOptions {
  const compression = flags.compression ?? settings.string('compression.type') ?? 'none'
  const codec = CODECS.indexOf(compression)
  if (codec < 0) throw new UsageError(`-z ${compression}: want one of ${CODECS.join(', ')}`)
  const acksText = flags.acks ?? settings.string('acks') ?? 'all'
  const acks = ACKS[acksText]
  if (acks === undefined) throw new UsageError(`--acks ${acksText}: want all, 1 or 0`)
  return {
    codec,
    acks,
    idempotent: settings.boolean('enable.idempotence'),
    lingerMs: settings.int('linger.ms'),
    batchBytes: settings.int('batch.size'),
    bufferBytes: settings.int('buffer.memory'),
    deliveryTimeoutMs: settings.int('delivery.timeout.ms'),
    requestTimeoutMs: settings.int('request.timeout.ms')
  }
}
