// Many partitions: one topic of 2,000 created, stopped, started again; and what a request costs as partitions grow.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTopics } from '../../src/protocol/messages/create-topics.ts'
import { startOdradek } from '../../test/broker/odradek-process.ts'
import { startApacheKafka } from '../../test/oracle/oracle.ts'
import { CREATE_TOPICS_VERSION, createTopicFrame } from '../frames.ts'
import { LoadConnection } from '../load-connection.ts'
import { newTopic, type Target } from '../target.ts'
import { runFetch } from './fetch.ts'
import { runProduce } from './produce.ts'

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now()
  await work()
  return (performance.now() - startMs) / 1000
}

export interface ManyPartitions {
  readonly createSeconds: number
  readonly stopSeconds: number
  readonly startSeconds: number
}

/** Every partition gets one record, so that each has files to close and to open. */
export async function manyPartitions(name: Target['name'], count: number): Promise<ManyPartitions> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'odradek-partitions-'))
  const start = () =>
    name === 'Odradek' ? startOdradek({ dataDirectory }) : startApacheKafka({ dataDirectory, jvmArguments: ['-Xmx1G'] })
  let broker = await start()
  const connection = await LoadConnection.open(broker.port)
  const createSeconds = await seconds(() =>
    connection.request(createTopicFrame('many', count), createTopics, CREATE_TOPICS_VERSION)
  )
  connection.close()
  if (name !== 'Odradek') await new Promise((resolve) => setTimeout(resolve, 15_000))
  const target: Target = { name, port: broker.port, pid: broker.pid, stop: () => broker.stop() }
  await runProduce(target, {
    topic: 'many',
    partitions: count,
    recordBytes: 100,
    batchBytes: 100,
    requests: count,
    inFlight: 5
  })
  const stopSeconds = await seconds(async () => {
    const exitCode = await broker.stop()
    if (typeof exitCode === 'number' && exitCode !== 0) throw new Error(`the stop ended with exit code ${exitCode}`)
  })
  const startSeconds = await seconds(async () => {
    broker = await start()
  })
  await broker.stop()
  rmSync(dataDirectory, { recursive: true, force: true })
  return { createSeconds, stopSeconds, startSeconds }
}

export interface RequestCost {
  readonly partitions: number
  readonly produceMicros: number
  readonly fetchMicros: number
}

/** Broker CPU per request, while the broker holds ever more partitions; the requests go to `active` of them. */
export async function costByPartitions(
  target: Target,
  totals: readonly number[],
  requests: number
): Promise<RequestCost[]> {
  const costs: RequestCost[] = []
  let existing = 0
  for (const partitions of totals) {
    const active = Math.min(partitions - existing, 1000)
    const rest = partitions - existing - active
    const topic = await newTopic(target, active)
    if (rest > 0) await newTopic(target, rest)
    existing = partitions
    const load = { topic, partitions: active, recordBytes: 100, batchBytes: 100, requests, inFlight: 5 }
    await runProduce(target, { ...load, requests: Math.max(active, requests >> 2) })
    const produced = await runProduce(target, load)
    const fetched = await runFetch(target, { topic, partitions: active, partitionMaxBytes: 500 })
    costs.push({
      partitions,
      produceMicros: (produced.cpuSeconds * 1e6) / produced.requests,
      fetchMicros: (fetched.cpuSeconds * 1e6) / fetched.requests
    })
  }
  return costs
}
