// SIGKILL at random moments under real producers with acks=all: every acknowledged record is there once, in order, at
// the offset that was acknowledged. ODRADEK_SEED repeats a run's moments; ODRADEK_KILLS makes it longer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { SeededRandom } from '../../src/storage/testing/test-directory.ts'
import { startOdradek } from '../broker/odradek-process.ts'
import {
  type ClientName,
  consume,
  type DriverRecord,
  eventually,
  type RunningDriver,
  startDriver
} from '../clients/driver.ts'
import { installClients } from '../clients/install.ts'
import { createTopic } from '../clients/topics.ts'
import { freePorts } from '../oracle/free-port.ts'

const seed = Number(process.env.ODRADEK_SEED ?? Date.now() % 1_000_000)
const kills = Number(process.env.ODRADEK_KILLS ?? 8)
const partitions = 3

const nap = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const numbersIn = (records: readonly DriverRecord[], partition: number) =>
  records
    .filter((record) => record.partition === partition)
    .map(({ value }) => Number(Buffer.from(value as string, 'base64').toString()))

describe.each(['librdkafka', 'java', 'franz-go', 'kafkajs'] as ClientName[])('kill -9 under %s', (client) => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'odradek-crash-'))
  beforeAll(async () => {
    await installClients()
  }, 300_000)
  afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }))

  it(`loses nothing in ${kills} kills (ODRADEK_SEED=${seed})`, async () => {
    const random = new SeededRandom(seed)
    const [port] = await freePorts(1)
    const overrides = { 'log.index.interval.bytes': '512' }
    let broker = await startOdradek({ dataDirectory, port, overrides })
    onTestFinished(() => broker.kill())
    // Small segments: the kills also meet rolls.
    await createTopic(broker.bootstrapServers, 'crash', partitions, { 'internal.segment.bytes': '200000' })
    const producer = await startDriver(client, broker.bootstrapServers, ['stream', 'crash', String(partitions)])
    onTestFinished(() => producer.kill())
    for (let kill = 0; kill < kills; kill++) {
      await goesOn(producer)
      await nap(random.float() * 600)
      await broker.kill()
      broker = await startOdradek({ dataDirectory, port, overrides })
    }
    await goesOn(producer)
    await producer.terminate()
    const acknowledged = producer.records()
    const total = acknowledged.length
    expect(total, producer.describe()).toBeGreaterThan(100)

    const end = await endOffsets(broker.bootstrapServers)
    const stored = await consume(
      'franz-go',
      broker.bootstrapServers,
      'crash',
      end.reduce((sum, offset) => sum + offset, 0)
    )
    const valueAt = new Map(stored.map(({ partition, offset, value }) => [`${partition}/${offset}`, value]))
    const lost = acknowledged.filter(({ partition, offset, value }) => valueAt.get(`${partition}/${offset}`) !== value)
    expect(lost, `of ${total} acknowledged`).toEqual([])
    for (let partition = 0; partition < partitions; partition++) {
      const numbers = numbersIn(stored, partition)
      expect(numbers.length).toBe(end[partition])
      for (let index = 1; index < numbers.length; index++) expect(numbers[index]).toBeGreaterThan(numbers[index - 1])
    }
    expect(await broker.stop()).toBe(0)
  })
})

/** It gets an answer again, whatever happened before. */
function goesOn(producer: RunningDriver): Promise<void> {
  const before = producer.events.length
  return eventually([producer], () => producer.events.length > before, 'the producer goes on', 60_000)
}

async function endOffsets(bootstrap: string): Promise<number[]> {
  const { Kafka, logLevel } = await import('kafkajs')
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets('crash')
  await admin.disconnect()
  return offsets.sort((a, b) => a.partition - b.partition).map(({ high }) => Number(high))
}
