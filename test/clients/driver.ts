// Runs one client's driver program (drivers/README.md) and reads what it prints.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { oracleClassPath } from '../oracle/install.ts'
import { type InstalledClients, installClients } from './install.ts'

export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type Codec = (typeof codecs)[number]

export const clientNames = ['kafkajs', 'platformatic', 'java', 'librdkafka', 'franz-go'] as const
export type ClientName = (typeof clientNames)[number]

export interface DriverRecord {
  partition?: number
  offset?: number
  key: string | null
  value: string | null
  headers: [string, string][]
  timestamp: number
}

type Event = Record<string, unknown>

const drivers = join(dirname(fileURLToPath(import.meta.url)), 'drivers')

/** @platformatic/kafka uses node's own zstd, which Node 20 does not have. */
export function supportsCodec(client: ClientName, codec: Codec): boolean {
  return !(client === 'platformatic' && codec === 'zstd' && Number(process.versions.node.split('.')[0]) < 22)
}

/** @platformatic/kafka reads a bare snappy block only; the Java producer writes the framed form of snappy-java. */
export function canRead(consumer: ClientName, producer: ClientName, codec: Codec): boolean {
  return supportsCodec(consumer, codec) && !(consumer === 'platformatic' && producer === 'java' && codec === 'snappy')
}

async function commandOf(client: ClientName, installed: InstalledClients): Promise<[string, string[]]> {
  switch (client) {
    case 'kafkajs':
    case 'platformatic':
      return [process.execPath, [join(drivers, `${client}.mjs`)]]
    case 'librdkafka':
      return [installed.python, [join(drivers, 'driver.py')]]
    case 'franz-go':
      return [installed.goDriver, []]
    case 'java': {
      const classPath = `${installed.javaClasses}:${await oracleClassPath()}`
      return ['java', ['-Xmx256M', '-XX:TieredStopAtLevel=1', '-Doracle.log=error', '-cp', classPath, 'Driver']]
    }
  }
}

/** A driver that runs until it is told to stop: a group member. */
export class RunningDriver {
  readonly events: Event[] = []
  readonly client: ClientName
  #child: ChildProcessWithoutNullStreams
  #stderr = ''
  #exited: Promise<number | null>
  #onEvent: (() => void)[] = []

  constructor(client: ClientName, child: ChildProcessWithoutNullStreams) {
    this.client = client
    this.#child = child
    this.#exited = new Promise((resolve) => child.once('close', resolve))
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.events.push(JSON.parse(line) as Event)
      for (const wake of this.#onEvent.splice(0)) wake()
    })
    this.#exited.then(() => {
      for (const wake of this.#onEvent.splice(0)) wake()
    })
  }

  records(): DriverRecord[] {
    return this.events.filter((event) => event.event === undefined) as unknown as DriverRecord[]
  }

  /** The partitions of the newest assignment; undefined before the first one. */
  assignment(): number[] | undefined {
    const last = this.events.findLast((event) => event.event === 'assigned')
    return last?.partitions as number[] | undefined
  }

  /** Resolves with the next event or the end of the program. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#onEvent.push(resolve))
  }

  async terminate(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.#exited
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  async finish(input: string, timeoutMs: number): Promise<void> {
    this.#child.stdin.end(input)
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), timeoutMs)
    const code = await this.#exited
    clearTimeout(timer)
    if (code !== 0) throw new Error(`${this.client} ended with code ${code}: ${this.#stderr.slice(-2000)}`)
  }

  describe(): string {
    return `${this.client}: ${this.events.length} events, assignment ${JSON.stringify(this.assignment())} ${this.#stderr.slice(-500)}`
  }
}

export async function startDriver(
  client: ClientName,
  bootstrap: string,
  args: readonly string[]
): Promise<RunningDriver> {
  const [file, leading] = await commandOf(client, await installClients())
  return new RunningDriver(client, spawn(file, [...leading, bootstrap, ...args]))
}

async function runDriver(
  client: ClientName,
  bootstrap: string,
  args: readonly string[],
  input = ''
): Promise<RunningDriver> {
  const driver = await startDriver(client, bootstrap, args)
  await driver.finish(input, 60_000)
  return driver
}

export interface ProduceOptions {
  topic: string
  records: readonly DriverRecord[]
  codec?: Codec
  idempotent?: boolean
}

export async function produce(client: ClientName, bootstrap: string, options: ProduceOptions): Promise<void> {
  const args = ['produce', options.topic, options.codec ?? 'none', ...(options.idempotent ? ['idempotent'] : [])]
  await runDriver(client, bootstrap, args, options.records.map((record) => `${JSON.stringify(record)}\n`).join(''))
}

export async function consume(
  client: ClientName,
  bootstrap: string,
  topic: string,
  count: number
): Promise<DriverRecord[]> {
  return (await runDriver(client, bootstrap, ['consume', topic, String(count)])).records()
}

export async function offsetsSince(
  client: ClientName,
  bootstrap: string,
  topic: string,
  timestamp: number
): Promise<Map<number, number>> {
  const found = (await runDriver(client, bootstrap, ['since', topic, String(timestamp)])).records()
  return new Map(found.map(({ partition, offset }) => [partition as number, offset as number]))
}

/** One record to each of `count` topics that do not exist yet: what the application saw. */
export async function produceFirst(
  client: ClientName,
  bootstrap: string,
  prefix: string,
  count: number
): Promise<Event> {
  return (await runDriver(client, bootstrap, ['first', prefix, String(count)])).events[0]
}

/** Why a transaction could not begin; null when it could. */
export async function beginTransaction(client: ClientName, bootstrap: string, topic: string): Promise<string | null> {
  return (await runDriver(client, bootstrap, ['transaction', topic])).events[0].failure as string | null
}

export async function administer(client: ClientName, bootstrap: string, topic: string): Promise<Event> {
  return (await runDriver(client, bootstrap, ['admin', topic])).events[0]
}

/** Waits for a condition over running drivers, looking again at each of their events. */
export async function eventually(
  drivers: readonly RunningDriver[],
  condition: () => boolean,
  what: string,
  timeoutMs = 40_000
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!condition()) {
    const leftMs = deadline - Date.now()
    if (leftMs <= 0)
      throw new Error(`not within ${timeoutMs} ms: ${what}\n${drivers.map((driver) => driver.describe()).join('\n')}`)
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(leftMs, 1000))
    })
    await Promise.race([timeout, ...drivers.map((driver) => driver.changed())])
    clearTimeout(timer)
  }
}
