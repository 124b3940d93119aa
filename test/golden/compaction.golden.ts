// Compaction against Apache Kafka's own: the same log compacted by both keeps the same records in the same bytes, its tools
// accept what we leave, and it boots on it.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { allRecords } from '../../src/records/iterate.ts'
import { nodeFileSystem } from '../../src/storage/file-system-node.ts'
import { CompactionModel, compactedConfig, DELETE_RETENTION_MS } from '../../src/storage/testing/compaction-model.ts'
import { topicId } from '../../src/storage/testing/test-directory.ts'
import { runJava, runTool, startApacheKafka } from '../oracle/oracle.ts'

const PROGRAM = join(import.meta.dirname, 'java/GoldenCompaction.java')
const seed = Number(process.env.GOLDEN_SEED ?? Date.now() % 1_000_000)
const root = mkdtempSync(join(tmpdir(), 'odradek-golden-compaction-'))
console.log(`GOLDEN_SEED=${seed}`)
afterAll(() => rmSync(root, { recursive: true, force: true }))

const configs = {
  'cleanup.policy': 'compact',
  'internal.segment.bytes': String(compactedConfig.segmentBytes),
  'segment.index.bytes': String(compactedConfig.segmentIndexBytes),
  'index.interval.bytes': String(compactedConfig.indexIntervalBytes),
  'delete.retention.ms': String(DELETE_RETENTION_MS)
}

type Compare = (ours: string, theirs: string) => void

/** One log compacted by Apache Kafka and by us, written to and compacted again until tombstones go. Returns ours. */
async function compactedByBoth(name: string, codecs: readonly number[], mapBytes: number, compare: Compare) {
  const ours = join(root, `odradek-${name}`)
  const theirs = join(root, `kafka-${name}`)
  const broker = { 'log.cleaner.dedupe.buffer.size': String(mapBytes) }
  const model = new CompactionModel({ fileSystem: nodeFileSystem(), root: ours }, seed, {}, broker)
  model.codecs = codecs
  let dirty = 0
  for (let round = 0; round < 3; round++) {
    model.write(120)
    await model.test.stop()
    rmSync(theirs, { recursive: true, force: true })
    cpSync(join(ours, 't-0'), join(theirs, 't-0'), { recursive: true })
    model.reopen()
    const nowMs = model.test.clock.nowMs()
    const args = [join(theirs, 't-0'), topicId, String(dirty), String(mapBytes), String(nowMs)]
    const pairs = Object.entries(configs).map(([key, value]) => `${key}=${value}`)
    const result = await runJava(PROGRAM, [...args, ...pairs], { timeoutMs: 300_000 })
    if (result.exitCode !== 0) throw new Error(result.stderr)
    dirty = Number(result.stdout.toString().trim())
    await model.compact()
    model.check(false)
    expect(model.cleanTo).toBe(dirty)
    await model.test.stop()
    compare(join(ours, 't-0'), join(theirs, 't-0'))
    model.reopen()
    model.test.clock.advance(DELETE_RETENTION_MS)
  }
  await model.test.stop()
  return join(ours, 't-0')
}

function segmentFiles(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => /\.(log|index|timeindex|txnindex)$/.test(name))
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(directory, name)).toString('hex')]))
}

function recordsOfLog(directory: string): unknown[] {
  const logs = readdirSync(directory).filter((name) => name.endsWith('.log'))
  return logs.sort().flatMap((name) => [...allRecords(readFileSync(join(directory, name)))])
}

const sameBytes: Compare = (ours, theirs) => expect(segmentFiles(ours)).toEqual(segmentFiles(theirs))
const sameRecords: Compare = (ours, theirs) => expect(recordsOfLog(ours)).toEqual(recordsOfLog(theirs))

describe('the same log', () => {
  test('uncompressed: the same bytes, indexes too', async () => {
    await compactedByBoth('plain', [0], 1 << 20, sameBytes)
  })

  test('compressed: the same records', async () => {
    await compactedByBoth('compressed', [0, 1, 2, 3, 4], 1 << 20, sameRecords)
  })

  test('with a map too small for all keys: the same bytes', async () => {
    await compactedByBoth('small-map', [0], 24 * 10, sameBytes)
  })
})

test('dump-log reads every record of a compacted log', async () => {
  const ours = await compactedByBoth('dumped', [0, 1, 2, 3, 4], 1 << 20, sameRecords)
  const logs = readdirSync(ours).filter((name) => name.endsWith('.log'))
  const files = logs.map((name) => join(ours, name)).join(',')
  const result = await runTool('dump-log', ['--deep-iteration', '--files', files])
  expect(result.exitCode).toBe(0)
  const output = result.stdout.toString()
  // Gaps are all it may find.
  expect(result.stderr + output).not.toMatch(/isvalid: false|mismatch|Exception/i)
  expect(output.match(/\| offset: \d+/g)?.length).toBe(recordsOfLog(ours).length)
})

test('Apache Kafka boots on a compacted partition and serves what is left', async () => {
  const dataDirectory = join(root, 'booted')
  const topic = ['--topic', 't', '--partitions', '1', '--replication-factor', '1', '--config', 'cleanup.policy=compact']
  const first = await startApacheKafka({ dataDirectory })
  const created = await runTool('topics', ['--bootstrap-server', first.bootstrapServers, '--create', ...topic])
  expect(created.exitCode).toBe(0)
  await first.stop()
  const id = /topic_id: (\S+)/.exec(readFileSync(join(dataDirectory, 't-0/partition.metadata'), 'utf8'))?.[1]
  const model = new CompactionModel({ fileSystem: nodeFileSystem(), root: dataDirectory }, seed, {}, {}, id)
  model.codecs = [0, 1, 2, 3, 4]
  model.write(150)
  await model.compact()
  const left = model.readAll()
  await model.test.stop()

  const second = await startApacheKafka({ dataDirectory })
  try {
    const options = [
      '--topic',
      't',
      '--from-beginning',
      '--timeout-ms',
      '8000',
      '--isolation-level',
      'read_uncommitted'
    ]
    const format = ['--formatter-property', 'print.offset=true', '--formatter-property', 'print.key=true']
    const server = ['--bootstrap-server', second.bootstrapServers]
    const { stdout } = await runTool('console-consumer', [...server, ...options, ...format])
    const lines = stdout.toString().trimEnd().split('\n')
    const expected = [...left].map(([offset, { key, value }]) => `Offset:${offset}\t${key}\t${value ?? 'null'}`)
    expect(lines).toEqual(expected)
  } finally {
    await second.stop()
  }
})
