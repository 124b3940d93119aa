// SIGKILL while topics are made, configured and deleted, offsets committed and an idempotent producer writes: after every
// restart everything acknowledged is there, and what was not is there wholly or not at all.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ConnectionError } from '../../src/client/errors.ts'
import { KafkaError } from '../../src/error-codes.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import { SeededRandom } from '../../src/storage/testing/test-directory.ts'
import { KafkaClient } from '../broker/kafka-client.ts'
import { type OdradekProcess, startOdradek } from '../broker/odradek-process.ts'

const seed = Number(process.env.ODRADEK_SEED ?? Date.now() % 1_000_000)
const kills = Number(process.env.ODRADEK_KILLS ?? 15)
const TOPICS = ['a', 'b', 'c']
const PARTITIONS = 5

/** What clients of one broker were told, over all its lives. */
class Clients {
  readonly #random: SeededRandom
  /** By name: the value of max.message.bytes. A second value stands for a change whose answer never came. */
  readonly topics = new Map<string, (string | undefined)[]>()
  readonly committed: (number | undefined)[] = [undefined]
  readonly records: number[] = []
  #counter = 0
  #producerId = -1
  #pending: { records: Buffer; first: number } | undefined

  constructor(random: SeededRandom) {
    this.#random = random
    for (const name of TOPICS) this.topics.set(name, [undefined])
  }

  /** Until the connection ends, with the process. */
  async run(broker: OdradekProcess): Promise<number> {
    const work = [
      this.#untilKilled(broker, (client) => this.#changeTopic(client)),
      this.#untilKilled(broker, (client) => this.#commit(client)),
      this.#untilKilled(broker, (client) => this.#produce(client))
    ]
    return (await Promise.all(work)).reduce((sum, count) => sum + count, 0)
  }

  async #untilKilled(broker: OdradekProcess, step: (client: KafkaClient) => Promise<void>): Promise<number> {
    let count = 0
    try {
      const client = await KafkaClient.connect(broker)
      for (; ; count++) await step(client)
    } catch (error) {
      if (error instanceof ConnectionError) return count
      throw error
    }
  }

  async #changeTopic(client: KafkaClient): Promise<void> {
    const name = TOPICS[this.#random.int(TOPICS.length)]
    const [now] = this.topics.get(name) as (string | undefined)[]
    const value = String(1_000_000 + this.#counter++)
    const isDeletion = now !== undefined && this.#random.float() < 0.4
    this.topics.set(name, [now, isDeletion ? undefined : value])
    if (now === undefined) await client.createTopic(name, PARTITIONS, [['max.message.bytes', value]])
    else if (isDeletion) await client.deleteTopic(name)
    else await client.setConfig(name, 'max.message.bytes', value)
    this.topics.set(name, [isDeletion ? undefined : value])
  }

  async #commit(client: KafkaClient): Promise<void> {
    const offset = this.#counter++
    this.committed.push(offset)
    await client.commit('g', 'records', 0, offset)
    this.committed.splice(0, this.committed.length, offset)
  }

  /** What the last life did not answer is sent again first. */
  async #produce(client: KafkaClient): Promise<void> {
    if (this.#producerId < 0) this.#producerId = await client.newProducerId()
    this.#pending ??= this.#newBatch()
    const { records, first } = this.#pending
    expect(await client.produce('records', 0, records), 'each batch is there once').toBe(first)
    this.records.push(first)
    this.#pending = undefined
  }

  #newBatch() {
    const first = this.records.length
    const value = Buffer.from(`${first} `.repeat(1 + this.#random.int(100)))
    const producer = { producerId: this.#producerId, producerEpoch: 0, baseSequence: first }
    return { first, records: buildBatch({ records: [{ value }], timestampMs: Date.now(), ...producer }) }
  }

  async check(client: KafkaClient): Promise<void> {
    const contents = await client.contents()
    for (const [name, possible] of this.topics) {
      expect(possible, name).toContain(contents[name]?.configs['max.message.bytes'] ?? undefined)
      if (contents[name] !== undefined) expect(contents[name].partitions.length).toBe(PARTITIONS)
      this.topics.set(name, [contents[name]?.configs['max.message.bytes'] ?? undefined])
    }
    const committed = (await client.committed('g')).get('records-0')
    expect(this.committed, 'the committed offset').toContain(committed)
    this.committed.splice(0, this.committed.length, committed)
    const { records } = contents.records.partitions[0]
    expect(records.length).toBeGreaterThanOrEqual(this.records.length)
    expect(records.length).toBeLessThanOrEqual(this.records.length + 1)
    for (const [offset, record] of records.entries()) expect(record).toMatch(new RegExp(`^${offset} \\d+  ${offset} `))
  }
}

it(`loses no topic, config, commit or sequence in ${kills} kills (ODRADEK_SEED=${seed})`, async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'odradek-control-'))
  const random = new SeededRandom(seed)
  const clients = new Clients(random)
  const overrides = { 'offsets.topic.num.partitions': '3' }
  try {
    let broker = await startOdradek({ dataDirectory, overrides })
    onTestFinished(() => broker.kill())
    const first = await KafkaClient.connect(broker)
    await first.createTopic('records', 1, [['internal.segment.bytes', '20000']])
    first.close()
    let steps = 0
    for (let kill = 0; kill < kills; kill++) {
      const running = clients.run(broker)
      await new Promise((done) => setTimeout(done, random.float() * 300))
      await broker.kill()
      steps += await running
      broker = await startOdradek({ dataDirectory, overrides })
      const client = await KafkaClient.connect(broker)
      await clients.check(client)
      client.close()
    }
    expect(steps).toBeGreaterThan(kills)
    expect(await broker.stop()).toBe(0)
  } catch (error) {
    throw error instanceof KafkaError ? new Error(`${error.message} (${seed})`, { cause: error }) : error
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
  }
})
