// SIGKILL at seeded moments under a loop that reads where its group is, writes one record and commits the next offset, all
// in one transaction: whatever happens, a read_committed consumer sees every number once and in order. ODRADEK_SEED
// repeats a run's moments; ODRADEK_KILLS makes it longer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { afterAll, expect, it } from 'vitest'
import { startOdradek } from '../broker/odradek-process.ts'
import { freePorts } from '../oracle/free-port.ts'

const seed = Number(process.env.ODRADEK_SEED ?? Date.now() % 1_000_000)
const kills = Number(process.env.ODRADEK_KILLS ?? 12)
const GROUP = 'exactly-once'
const dataDirectory = mkdtempSync(join(tmpdir(), 'odradek-transactions-'))
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }))

const nap = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Linear congruential: the same seed gives the same moments. */
function random(state: number): () => number {
  let a = state >>> 0
  return () => {
    a = (Math.imul(a, 1664525) + 1013904223) >>> 0
    return a / 2 ** 32
  }
}

class Loop {
  readonly #kafka: Kafka
  #isStopped = false
  rounds = 0

  constructor(broker: string) {
    const retry = { initialRetryTime: 50, maxRetryTime: 200, retries: 3 }
    this.#kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry, connectionTimeout: 500 })
  }

  /** Each life has a producer of its own, which fences the one before. */
  async run(): Promise<void> {
    while (!this.#isStopped) {
      const producer = this.#kafka.producer({ transactionalId: 'loop', maxInFlightRequests: 1, idempotent: true })
      try {
        await producer.connect()
        for (;;) {
          await this.#round(producer)
          if (this.#isStopped) break
        }
      } catch {
        await nap(50) // The broker was killed: what became of the transaction, the next life finds out.
      }
      await producer.disconnect().catch(() => undefined)
    }
  }

  async #round(producer: Producer): Promise<void> {
    const transaction = await producer.transaction()
    const next = await this.committed()
    await transaction.send({ topic: 'numbers', messages: [{ value: String(next) }] })
    const topics = [{ topic: 'source', partitions: [{ partition: 0, offset: String(next + 1) }] }]
    await transaction.sendOffsets({ consumerGroupId: GROUP, topics })
    if (next % 5 === 4 && this.rounds++ % 2 === 0) await transaction.abort()
    else await transaction.commit()
  }

  async committed(): Promise<number> {
    const admin = this.#kafka.admin()
    await admin.connect()
    try {
      const [{ partitions }] = await admin.fetchOffsets({ groupId: GROUP, topics: ['source'] })
      return Math.max(0, Number(partitions[0].offset))
    } finally {
      await admin.disconnect()
    }
  }

  stop(): void {
    this.#isStopped = true
  }

  async readAll(count: number): Promise<number[]> {
    const consumer = this.#kafka.consumer({ groupId: 'reader' })
    await consumer.connect()
    await consumer.subscribe({ topic: 'numbers', fromBeginning: true })
    const seen: number[] = []
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: async ({ message }) => {
          seen.push(Number(message.value))
          if (seen.length === count) resolve()
        }
      })
    })
    await nap(500) // Nothing may follow.
    await consumer.disconnect()
    return seen
  }
}

it(`is exactly once over ${kills} kills (ODRADEK_SEED=${seed})`, async () => {
  const draw = random(seed)
  const [port] = await freePorts(1)
  let broker = await startOdradek({ dataDirectory, port })
  const kafka = new Kafka({ brokers: [broker.bootstrapServers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'source' }, { topic: 'numbers' }] })
  await admin.disconnect()
  const loop = new Loop(broker.bootstrapServers)
  const running = loop.run()
  for (let kill = 0; kill < kills; kill++) {
    await nap(300 + draw() * 700)
    await broker.kill()
    broker = await startOdradek({ dataDirectory, port })
  }
  await nap(1500)
  loop.stop()
  await running
  const total = await loop.committed()
  expect(total).toBeGreaterThan(kills)
  expect(await loop.readAll(total)).toEqual(Array.from({ length: total }, (_, i) => i))
  expect(await broker.stop()).toBe(0)
}, 300_000)
