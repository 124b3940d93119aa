// SIGKILL under a consumer group of real clients that commit while they read: after every restart they resume where they
// committed; nothing is skipped, and within a partition nothing comes out of order save what comes again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { buildBatch } from '../../src/records/build-batch.ts'
import { SeededRandom } from '../../src/storage/testing/test-directory.ts'
import { KafkaClient } from '../broker/kafka-client.ts'
import { type OdradekProcess, startOdradek } from '../broker/odradek-process.ts'
import { type ClientName, eventually, type RunningDriver, startDriver } from '../clients/driver.ts'
import { freePorts } from '../oracle/free-port.ts'

const seed = Number(process.env.ODRADEK_SEED ?? Date.now() % 1_000_000)
const kills = Number(process.env.ODRADEK_GROUP_KILLS ?? 4)
const PARTITIONS = 2
/** More of them in each partition before every kill. */
const RECORDS = 100

let drivers: RunningDriver[] = []
afterEach(async () => {
  await Promise.all(drivers.map((driver) => driver.kill()))
  drivers = []
})

describe.each(['librdkafka', 'kafkajs', 'franz-go'] as ClientName[])('kill -9 under a group of %s', (client) => {
  it(`reads on from its commits after ${kills} kills (ODRADEK_SEED=${seed})`, async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'odradek-groups-'))
    const random = new SeededRandom(seed)
    const [port] = await freePorts(1)
    let broker = await startOdradek({ dataDirectory, port })
    onTestFinished(async () => {
      await broker.kill()
      rmSync(dataDirectory, { recursive: true, force: true })
    })
    await addRecords(broker, 0)
    const member = await startDriver(client, broker.bootstrapServers, ['group', 'work', 'workers'])
    drivers = [member]
    for (let kill = 0; kill < kills; kill++) {
      const before = member.records().length
      await eventually(drivers, () => member.records().length > before, 'the member reads')
      await new Promise((done) => setTimeout(done, random.float() * 30))
      await broker.kill()
      broker = await startOdradek({ dataDirectory, port })
      await addRecords(broker, (kill + 1) * RECORDS)
    }
    const last = (kills + 1) * RECORDS - 1
    const isThrough = (partition: number) =>
      member.records().some((record) => record.partition === partition && record.offset === last)
    await eventually(drivers, () => isThrough(0) && isThrough(1), 'all is read')
    for (const { partition, offset, value } of member.records()) {
      expect(String(Buffer.from(value as string, 'base64'))).toBe(`${partition} ${offset}`)
    }
    for (let partition = 0; partition < PARTITIONS; partition++) expect(jumps(member, partition)).toEqual([])
    await member.terminate()
    expect(await broker.stop()).toBe(0)
  })
})

async function addRecords(broker: OdradekProcess, from: number): Promise<void> {
  const client = await KafkaClient.connect(broker)
  if (from === 0) await client.createTopic('work', PARTITIONS, [])
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (let offset = from; offset < from + RECORDS; offset++) {
      const value = Buffer.from(`${partition} ${offset}`)
      await client.produce('work', partition, buildBatch({ records: [{ value }], timestampMs: Date.now() }))
    }
  }
  client.close()
}

/** Places where the member went on further than one after what it had read before. */
function jumps(member: RunningDriver, partition: number): string[] {
  let highest = -1
  const found: string[] = []
  for (const record of member.records().filter((candidate) => candidate.partition === partition)) {
    const offset = record.offset as number
    if (offset > highest + 1) found.push(`${highest} -> ${offset}`)
    highest = Math.max(highest, offset)
  }
  return found
}
