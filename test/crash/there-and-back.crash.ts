// A data directory moves between Odradek and Apache Kafka, with work done on each side: after a clean stop and after
// SIGKILL, from a directory that either of them made. Nothing of it is lost, changed or set aside on the way.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildBatch } from '../../src/records/build-batch.ts'
import { KafkaClient, type TopicContents } from '../broker/kafka-client.ts'
import { startOdradek } from '../broker/odradek-process.ts'
import { freePorts } from '../oracle/free-port.ts'
import { runTool, startApacheKafka } from '../oracle/oracle.ts'

const CODECS = [0, 1, 2, 3, 4]
const GROUP = 'traveller'
/** A moved log start is written every minute by default; after SIGKILL it would be back. */
const overrides = {
  'log.flush.start.offset.checkpoint.interval.ms': '300',
  'log.initial.task.delay.ms': '0',
  'offsets.topic.num.partitions': '5'
}

interface Running {
  readonly host: string
  readonly port: number
  stop(): Promise<unknown>
  kill(): Promise<void>
}
type End = 'stop' | 'kill'
type Start = (dataDirectory: string) => Promise<Running>

const odradek: Start = (dataDirectory) => startOdradek({ dataDirectory, overrides })
const apacheKafka: Start = (dataDirectory) => startApacheKafka({ dataDirectory, overrides })

/** The dynamic form of quorum, as `kafka-storage format --standalone` makes it. */
const standaloneApacheKafka: Start = async (dataDirectory) => {
  const [port, controller] = await freePorts(2)
  const listeners = `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`
  const dynamic = { 'controller.quorum.voters': '', 'controller.quorum.bootstrap.servers': `127.0.0.1:${controller}` }
  return startApacheKafka({
    ...{ dataDirectory, port, formatArguments: ['--standalone'] },
    overrides: { ...overrides, ...dynamic, listeners, 'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}` }
  })
}

/** What users of the directory did so far, and what they will go on with. */
class Journey {
  readonly #directory: string
  #contents: Record<string, TopicContents> = {}
  #committed: Map<string, number> = new Map()
  #legs = 0
  #producerId = -1
  #sequence = 0
  #lastBatch: { records: Buffer; offset: number } | undefined

  constructor(directory: string) {
    this.#directory = directory
  }

  async leg(start: Start, end: End): Promise<void> {
    const broker = await start(this.#directory)
    try {
      const client = await KafkaClient.connect(broker)
      if (this.#legs > 0) await this.#check(client)
      await this.#work(client)
      this.#contents = await client.contents()
      this.#committed = await client.committed(GROUP)
      client.close()
      await new Promise((done) => setTimeout(done, 1000)) // the log starts are written
    } finally {
      await broker[end]()
    }
    this.#legs++
  }

  async #check(client: KafkaClient): Promise<void> {
    expect(await client.contents()).toEqual(this.#contents)
    expect(await client.committed(GROUP)).toEqual(this.#committed)
    expect(readdirSync(this.#directory).filter((name) => name.endsWith('-stray'))).toEqual([])
    // What was sent last is known, and the next in order is taken.
    const { records, offset } = this.#lastBatch as { records: Buffer; offset: number }
    expect(await client.produce('idempotent', 0, records)).toBe(offset)
  }

  async #work(client: KafkaClient): Promise<void> {
    const leg = this.#legs
    if (leg === 0) {
      await client.createTopic('segments', 2, [
        ['internal.segment.bytes', '3000'],
        ['retention.ms', '86400000']
      ])
      await client.createTopic('codecs', 1, [['max.message.bytes', '2000000']])
      await client.createTopic('idempotent', 1, [])
      await client.createTopic('again', 1, [])
      this.#producerId = await client.newProducerId()
    } else {
      await client.deleteTopic('again')
      await client.createTopic('again', 1, [['compression.type', 'gzip']])
      await client.setConfig('codecs', 'max.message.bytes', String(2_000_000 + leg))
      expect(await client.newProducerId()).toBeGreaterThan(this.#producerId)
    }
    await client.createTopic(`new-${leg}`, 3, [])
    for (let batch = 0; batch < 20; batch++) await client.produce('segments', batch % 2, this.#batch(leg, batch, 0))
    for (const codec of CODECS) await client.produce('codecs', 0, this.#batch(leg, codec, codec))
    for (let batch = 0; batch < 3; batch++) await this.#produceIdempotently(client, batch)
    await client.produce('again', 0, this.#batch(leg, 0, 0))
    await client.deleteRecords('segments', 0, 7 * (leg + 1))
    for (const [topic, offset] of [
      ['segments', 10 + leg],
      ['codecs', 3 + leg]
    ] as const) {
      await client.commit(GROUP, topic, 0, offset)
    }
  }

  async #produceIdempotently(client: KafkaClient, number: number): Promise<void> {
    const producer = { producerId: this.#producerId, producerEpoch: 0, baseSequence: this.#sequence }
    const records = this.#batch(this.#legs, number, 0, producer)
    this.#sequence += 4
    this.#lastBatch = { records, offset: await client.produce('idempotent', 0, records) }
  }

  #batch(leg: number, number: number, codec: number, producer = {}): Buffer {
    const records = Array.from({ length: 4 }, (_, index) => ({
      key: index === 3 ? null : Buffer.from(`key-${index}`),
      value: index === 2 ? null : Buffer.from(`leg ${leg} batch ${number} record ${index} `.repeat(6)),
      headers: [
        { key: 'leg', value: Buffer.from(String(leg)) },
        { key: 'none', value: null }
      ],
      timestampMs: Date.now() - 1000 * index
    }))
    return buildBatch({ records, codec, ...producer })
  }

  /** Apache Kafka's own tool accepts every file. */
  async dump(): Promise<void> {
    const files = readdirSync(this.#directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => /^[^/]+-\d+\//.test(name))
      .map((name) => join(this.#directory, name))
    const logs = files.filter((name) => name.endsWith('.log') && !name.includes('__cluster_metadata'))
    const metadataLog = files.filter((name) => name.endsWith('.log') && name.includes('__cluster_metadata'))
    const indexes = files.filter((name) => name.endsWith('index'))
    const snapshots = files.filter((name) => name.endsWith('.snapshot'))
    expect(logs.length).toBeGreaterThan(5)
    await dumped(['--deep-iteration', '--print-data-log', '--files', logs.join()])
    await dumped(['--cluster-metadata-decoder', '--deep-iteration', '--files', metadataLog.join()])
    await dumped(['--index-sanity-check', '--files', indexes.join()])
    await dumped(['--verify-index-only', '--files', indexes.filter((name) => name.endsWith('.index')).join()])
    await dumped(['--files', snapshots.join()])
  }
}

async function dumped(args: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await runTool('dump-log', args)
  const text = `${stdout}${stderr}`
  // It says of every segment that does not begin at 0 that -1 is followed by its first offset.
  const complaint =
    /^.*(Mismatches|^ +\d+ is followed by|Exception|Error|isvalid: false|sanity check failed|corrupt).*$/im
  expect(complaint.exec(text)?.[0], args.slice(0, -1).join(' ')).toBeUndefined()
  expect(exitCode, text.slice(-2000)).toBe(0)
}

async function journey(run: (journey: Journey) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'odradek-there-'))
  try {
    await run(new Journey(directory))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

it.each<End>(['stop', 'kill'])('from Odradek to Apache Kafka and back, each ended by %s', (end) =>
  journey(async (directory) => {
    await directory.leg(odradek, end)
    if (end === 'stop') await directory.dump()
    await directory.leg(apacheKafka, end)
    await directory.leg(odradek, end)
    if (end === 'stop') await directory.dump()
    await directory.leg(apacheKafka, 'stop')
  })
)

it.each([
  ['static voters', apacheKafka],
  ['--standalone', standaloneApacheKafka]
])('from a directory that Apache Kafka formatted with %s', (_name, kafka) =>
  journey(async (directory) => {
    await directory.leg(kafka, 'stop')
    await directory.leg(odradek, 'stop')
    await directory.dump()
    await directory.leg(kafka, 'stop')
  })
)
