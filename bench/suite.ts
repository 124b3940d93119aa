// The loads by name. Each gives numbers for one broker; the table pairs them. `scale` shrinks them all for a quick look.
import { idleConnectionBytes } from './loads/connections.ts'
import { runFetch } from './loads/fetch.ts'
import { pacedRoundTrips, produceRoundTrips, produceToWaitingFetch } from './loads/latency.ts'
import { runProduce } from './loads/produce.ts'
import { startFlood } from './start-flood.ts'
import { quantile } from './statistics.ts'
import { newTopic, type Target, usage } from './target.ts'
import { warmPages } from './warm-pages.ts'

export interface Metric {
  readonly unit: string
  readonly target: string
}

/** Every number that a load yields, with what it is held to; the key is the row's name. */
export const metrics: Readonly<Record<string, Metric>> = {
  'idle memory': { unit: 'MB', target: 'at most 70' },
  'produce 64 KB batches of 1 KB, 6 partitions': { unit: 'cpu-s/GB', target: 'ratio at most 0.5' },
  'produce 16 KB batches of 100 B': { unit: 'cpu-s/GB', target: 'ratio at most 0.33' },
  'produce one 100 B record a request': { unit: 'cpu-us/request', target: 'ratio at most 0.25' },
  'produce one 100 B record a request, rate': { unit: 'requests/s', target: 'ratio at least 3' },
  'fetch 1 MB a partition': { unit: 'cpu-s/GB', target: 'ratio at most 1.05' },
  'produce round trip p50': { unit: 'us', target: 'ratio at most 0.5' },
  'produce round trip p99': { unit: 'us', target: 'ratio at most 1' },
  'produce round trip p99.9': { unit: 'us', target: 'ratio at most 1' },
  'produce to waiting fetch p50': { unit: 'us', target: 'ratio at most 0.5' },
  'produce to waiting fetch p99': { unit: 'us', target: 'ratio at most 1' },
  'produce to waiting fetch p99.9': { unit: 'us', target: 'ratio at most 1' },
  'round trip p50 beside bulk writes': { unit: 'us', target: 'ratio at most 1' },
  'round trip p99 beside bulk writes': { unit: 'us', target: 'ratio at most 1' },
  'round trip p99.9 beside bulk writes': { unit: 'us', target: 'ratio at most 1' },
  'bulk writes meanwhile': { unit: 'MB/s', target: 'the pace is 200' },
  'idle connection': { unit: 'KB', target: 'at most 30' },
  'memory after all loads': { unit: 'MB', target: 'at most 200' }
}

export type Numbers = Record<string, number>

const MEGABYTE = 1e6
const perGigabyte = ({ cpuSeconds, bytes }: { cpuSeconds: number; bytes: number }) => cpuSeconds / (bytes / 1e9)

async function throughput(target: Target, scale: number): Promise<Numbers> {
  const requests = (count: number) => Math.max(10, Math.round(count * scale))
  const large = await runProduce(target, {
    partitions: 6,
    recordBytes: 1024,
    batchBytes: 65536,
    requests: requests(12_000),
    inFlight: 5
  })
  const fetched = await runFetch(target, { topic: large.topic, partitions: 6, partitionMaxBytes: 1 << 20 })
  const medium = await runProduce(target, {
    partitions: 6,
    recordBytes: 100,
    batchBytes: 16384,
    requests: requests(20_000),
    inFlight: 5
  })
  const small = await runProduce(target, {
    partitions: 6,
    recordBytes: 100,
    batchBytes: 100,
    requests: requests(60_000),
    inFlight: 5
  })
  return {
    'produce 64 KB batches of 1 KB, 6 partitions': perGigabyte(large),
    'fetch 1 MB a partition': perGigabyte(fetched),
    'produce 16 KB batches of 100 B': perGigabyte(medium),
    'produce one 100 B record a request': (small.cpuSeconds * 1e6) / small.requests,
    'produce one 100 B record a request, rate': small.requests / small.wallSeconds
  }
}

function percentiles(name: string, micros: Float64Array, shares: readonly number[]): Numbers {
  return Object.fromEntries(shares.map((share) => [name.replace('%', `p${share * 100}`), quantile(micros, share)]))
}

async function latency(target: Target, scale: number): Promise<Numbers> {
  const count = Math.max(50, Math.round(10_000 * scale))
  await produceRoundTrips(target, count >> 2)
  const trips = await produceRoundTrips(target, count)
  const seen = await produceToWaitingFetch(target, count >> 1)
  return {
    ...percentiles('produce round trip %', trips, [0.5, 0.99, 0.999]),
    ...percentiles('produce to waiting fetch %', seen, [0.5, 0.99, 0.999])
  }
}

/** About what Apache Kafka takes at most on two cores, and as much as a virtual disk drains. */
const FLOOD_MEGABYTES_PER_SECOND = 200

/** Round trips of a small producer while another process writes in bulk: the kernel must drain what it dirties. */
async function underWrites(target: Target, scale: number): Promise<Numbers> {
  const durationMs = Math.max(500, 15_000 * scale)
  warmPages(FLOOD_MEGABYTES_PER_SECOND * 1000 * (durationMs + 2000))
  const flood = await startFlood(target, await newTopic(target, 6), 6, FLOOD_MEGABYTES_PER_SECOND)
  const trips = await pacedRoundTrips(target, durationMs)
  const { bytes, seconds } = await flood.stop()
  return {
    ...percentiles('round trip % beside bulk writes', trips, [0.5, 0.99, 0.999]),
    'bulk writes meanwhile': bytes / MEGABYTE / seconds
  }
}

/** One pass over every load on a running broker. */
export async function runLoads(target: Target, scale: number): Promise<Numbers> {
  const numbers = {
    ...(await throughput(target, scale)),
    ...(await latency(target, scale)),
    ...(await underWrites(target, scale)),
    'idle connection': (await idleConnectionBytes(target, Math.max(20, Math.round(1000 * scale)))) / 1000
  }
  return { ...numbers, 'memory after all loads': usage(target).rssBytes / MEGABYTE }
}

/** Ten seconds after the start, nothing asked of it yet. */
export async function idleMemory(target: Target, settleMs: number): Promise<Numbers> {
  await new Promise((resolve) => setTimeout(resolve, settleMs))
  return { 'idle memory': usage(target).rssBytes / MEGABYTE }
}
