import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Connection } from './client/connection.ts'
import { PortInUseError } from './network/listener.ts'
import { DirectoryInUseError } from './ports.ts'
import { fetch } from './protocol/messages/fetch.ts'
import { metadata } from './protocol/messages/metadata.ts'
import { produce } from './protocol/messages/produce.ts'
import { buildBatch } from './records/build-batch.ts'
import { type RunningBroker, startBroker } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'odradek-server-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const dial = (broker: RunningBroker, host = '127.0.0.1') => Connection.connect({ host, port: broker.port })

async function topicsOf(broker: RunningBroker) {
  const connection = await dial(broker)
  const { topics } = await connection.call(metadata, { topics: null })
  connection.close()
  return topics.map(({ name, partitions }) => [name, partitions.length])
}

async function append(connection: Connection, topic: string, value: string) {
  const records = buildBatch({ records: [{ value: Buffer.from(value) }], timestampMs: 1 })
  const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }]
  const { responses } = await connection.request(produce, 9, { acks: -1, timeoutMs: 1000, topicData })
  return responses[0].partitionResponses[0]
}

test('a broker in this process, in memory, with its topics, and an end that can be asked for twice', async () => {
  const broker = await startBroker({
    topics: ['orders:3', { name: 'users', configs: { 'cleanup.policy': 'compact' } }]
  })
  expect(broker.dataDirectory).toBeNull()
  expect(await topicsOf(broker)).toEqual([
    ['orders', 3],
    ['users', 1]
  ])
  await Promise.all([broker.stop(), broker.stop()])
  await expect(dial(broker)).rejects.toThrow()
})

test('many brokers side by side, started and stopped, leave nothing open', async () => {
  const brokers = await Promise.all(Array.from({ length: 16 }, () => startBroker({ topics: ['t'] })))
  expect(new Set(brokers.map(({ port }) => port)).size).toBe(16)
  await Promise.all(brokers.map((broker) => broker.stop()))
})

test('what was written is there after a restart, with the same cluster', async () => {
  const dataDirectory = join(folder, 'restart')
  const first = await startBroker({ dataDirectory, topics: ['t'] })
  const connection = await dial(first)
  expect(await append(connection, 't', 'one')).toMatchObject({ errorCode: 0, baseOffset: 0 })
  connection.close()
  await first.stop()
  const second = await startBroker({ dataDirectory, clusterId: 'AAAAAAAAAAAAAAAAAAAAAQ', topics: ['t'] })
  expect(second.clusterId).toBe(first.clusterId)
  const again = await dial(second)
  expect(await append(again, 't', 'two')).toMatchObject({ errorCode: 0, baseOffset: 1 })
  again.close()
  await second.stop()
})

test('each client is told to dial the address that it came in on', async () => {
  const broker = await startBroker()
  const four = await dial(broker)
  expect((await four.call(metadata, { topics: [] })).brokers).toMatchObject([{ host: '127.0.0.1', port: broker.port }])
  four.close()
  const six = await dial(broker, '::1').catch(() => undefined)
  if (six !== undefined) {
    expect((await six.call(metadata, { topics: [] })).brokers).toMatchObject([{ host: 'localhost', port: broker.port }])
    six.close()
  }
  await broker.stop()
})

test('an advertised address is told instead', async () => {
  const configs = { 'advertised.listeners': 'PLAINTEXT://kafka.example:19092' }
  const broker = await startBroker({ configs })
  expect(broker.bootstrapServers).toBe('kafka.example:19092')
  const connection = await dial(broker)
  const { brokers } = await connection.call(metadata, { topics: [] })
  expect(brokers).toMatchObject([{ host: 'kafka.example', port: 19092 }])
  connection.close()
  await broker.stop()
})

test('stopping answers a fetch that waits', async () => {
  const broker = await startBroker({ topics: ['t'] })
  const connection = await dial(broker)
  const waiting = connection.request(fetch, 12, {
    maxWaitMs: 60_000,
    minBytes: 1,
    maxBytes: 1000,
    topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }] }]
  })
  await new Promise((resolve) => setTimeout(resolve, 50))
  const started = performance.now()
  const [response] = await Promise.all([waiting, broker.stop()])
  expect(response.responses[0]?.partitions[0]?.records?.length ?? 0).toBe(0)
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('a start that fails leaves neither a port nor a lock behind', async () => {
  const dataDirectory = join(folder, 'failing')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await expect(startBroker({ port, dataDirectory })).rejects.toThrow(PortInUseError)
  expect(existsSync(dataDirectory)).toBe(false)
  await new Promise((resolve) => server.close(resolve))

  const first = await startBroker({ dataDirectory })
  await expect(startBroker({ port, dataDirectory })).rejects.toThrow(DirectoryInUseError)
  await first.stop()
  await expect(startBroker({ port, dataDirectory, topics: ['bad name'] })).rejects.toThrow(/bad name/)
  const second = await startBroker({ port, dataDirectory })
  expect(second.port).toBe(port)
  await second.stop()
})

test('configs that cannot be are refused before anything is opened', async () => {
  await expect(startBroker({ configs: { 'num.partitions': 0 } })).rejects.toThrow(/num\.partitions/)
  await expect(startBroker({ topics: ['t:0'] })).rejects.toThrow(/number of partitions/)
})
