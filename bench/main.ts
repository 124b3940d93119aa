// npm run bench -- [--runs 3] [--scale 1] [--only odradek|apache] [--skip-partitions]
// Both brokers on this machine, one after the other within each run, medians over the runs.
import { parseArgs } from 'node:util'
import { pageCacheWriteCost } from './floor.ts'
import { costByPartitions, manyPartitions } from './loads/partitions.ts'
import { bareNodeMs, spawnToFirstAnswerMs } from './loads/startup.ts'
import { machine } from './machine.ts'
import { median } from './statistics.ts'
import { idleMemory, metrics, type Numbers, runLoads } from './suite.ts'
import { markdown, type Row } from './table.ts'
import { startTarget, type Target } from './target.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    only: { type: 'string' },
    'skip-partitions': { type: 'boolean', default: false }
  }
})
const runs = Number(values.runs)
const scale = Number(values.scale)
const names = (['Odradek', 'Apache Kafka'] as const).filter(
  (name) => values.only === undefined || name.toLowerCase().startsWith(values.only)
)

const progress = (text: string) => process.stderr.write(`${text}\n`)
const log = (text: string) => process.stdout.write(`${text}\n`)

function medians(passes: readonly Numbers[]): Numbers {
  return Object.fromEntries(Object.keys(passes[0]).map((name) => [name, median(passes.map((pass) => pass[name]))]))
}

/** The brokers live through all runs, so that Apache Kafka is warm; the first pass of each warms up and is not counted. */
async function loads(): Promise<Map<Target['name'], Numbers>> {
  const targets: Target[] = []
  const passes = new Map<Target['name'], Numbers[]>()
  const idle = new Map<Target['name'], Numbers>()
  for (const name of names) {
    const target = await startTarget(name)
    targets.push(target)
    passes.set(name, [])
    idle.set(name, await idleMemory(target, 3000))
  }
  for (let run = 0; run <= runs; run++) {
    for (const target of targets) {
      progress(`${run === 0 ? 'warm-up' : `run ${run} of ${runs}`}: ${target.name}`)
      const numbers = await runLoads(target, run === 0 ? scale / 3 : scale)
      if (run > 0) passes.get(target.name)?.push(numbers)
    }
  }
  for (const target of targets) await target.stop()
  return new Map(names.map((name) => [name, { ...idle.get(name), ...medians(passes.get(name) as Numbers[]) }]))
}

const floor = () => median([1, 2, 3].map(() => pageCacheWriteCost(500e6 * scale, 65_536, 6)))

async function startupRow(): Promise<Row[]> {
  const node: number[] = []
  const spawned: number[] = []
  for (let index = 0; index < 10; index++) {
    node.push(bareNodeMs())
    spawned.push(await spawnToFirstAnswerMs())
  }
  const target = `node -e 0 (${median(node).toFixed(0)}) + 80`
  return [
    { load: 'spawn to first ApiVersions answer', unit: 'ms', odradek: median(spawned), apacheKafka: undefined, target }
  ]
}

async function partitionRows(): Promise<Row[]> {
  const count = Math.max(20, Math.round(2000 * scale))
  const measured = new Map<Target['name'], Awaited<ReturnType<typeof manyPartitions>>>()
  for (const name of names) {
    progress(`${count} partitions: ${name}`)
    measured.set(name, await manyPartitions(name, count))
  }
  const row = (load: string, key: 'createSeconds' | 'stopSeconds' | 'startSeconds', target: string): Row => ({
    load: `${count} partitions: ${load}`,
    unit: 's',
    odradek: measured.get('Odradek')?.[key],
    apacheKafka: measured.get('Apache Kafka')?.[key],
    target
  })
  return [
    row('create', 'createSeconds', 'at most 1'),
    row('clean stop', 'stopSeconds', 'at most 0.5'),
    row('start again', 'startSeconds', 'at most 1')
  ]
}

async function scalingRows(): Promise<Row[]> {
  const broker = await startTarget('Odradek')
  const totals = [1, 10, 100, 1000, 10_000].map((total) => Math.max(1, Math.round(total * Math.min(1, scale))))
  const costs = await costByPartitions(broker, [...new Set(totals)], Math.max(100, Math.round(20_000 * scale)))
  await broker.stop()
  return costs.flatMap(({ partitions, produceMicros, fetchMicros }) => [
    {
      load: `${partitions} partitions in all: produce`,
      unit: 'cpu-us/request',
      odradek: produceMicros,
      apacheKafka: undefined,
      target: 'flat within 1.3'
    },
    {
      load: `${partitions} partitions in all: fetch`,
      unit: 'cpu-us/request',
      odradek: fetchMicros,
      apacheKafka: undefined,
      target: 'flat within 1.3'
    }
  ])
}

log(`command: npm run bench -- ${process.argv.slice(2).join(' ')}`)
log(`machine: ${machine()}`)
log(`medians of ${runs} runs, scale ${scale}, brokers measured in turn within each run\n`)
const measured = await loads()
const rows: Row[] = Object.entries(metrics).map(([load, { unit, target }]) => ({
  load,
  unit,
  odradek: measured.get('Odradek')?.[load],
  apacheKafka: measured.get('Apache Kafka')?.[load],
  target
}))
if (names.includes('Odradek')) rows.push(...(await startupRow()))
if (!values['skip-partitions']) {
  rows.push(...(await partitionRows()))
  if (names.includes('Odradek')) rows.push(...(await scalingRows()))
}
log(markdown(rows))
log(`\nfloor: ${floor().toFixed(2)} cpu-s/GB for writing 64 KB batches to six new files, with no broker around it`)
