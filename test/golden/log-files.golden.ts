// Our log against Apache Kafka's own UnifiedLog: the same batches, good and broken, get the same answers, and leave the same
// files behind, byte for byte.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkProducedRecords } from '../../src/broker/produce-records.ts'
import { ConfigValues } from '../../src/configs/config-values.ts'
import { logConfig } from '../../src/configs/log-config.ts'
import { ErrorCode, errorName, KafkaError } from '../../src/error-codes.ts'
import { codec } from '../../src/records/batch-header.ts'
import { RecordValidationError } from '../../src/records/validate.ts'
import { nodeFileSystem } from '../../src/storage/file-system-node.ts'
import type { Log } from '../../src/storage/log.ts'
import { LogDirectory } from '../../src/storage/log-directory.ts'
import { decodeProducerSnapshot } from '../../src/storage/producer-snapshot.ts'
import { ManualClock, RecordingLogger, SeededRandom, topicId } from '../../src/storage/testing/test-directory.ts'
import { runJava } from '../oracle/oracle.ts'
import { type Append, AppendSource } from './append-source.ts'
import { RandomSource } from './random-source.ts'

const PROGRAM = join(import.meta.dirname, 'java/GoldenLog.java')
const seed = Number(process.env.GOLDEN_SEED ?? Date.now() % 1_000_000)
const count = 40 * Number(process.env.GOLDEN_COUNT ?? 10)
const root = mkdtempSync(join(tmpdir(), 'odradek-golden-log-'))
console.log(`GOLDEN_SEED=${seed}`)
afterAll(() => rmSync(root, { recursive: true, force: true }))

const topics: Record<string, Record<string, string>> = {
  plain: {},
  'small segments': { 'internal.segment.bytes': '20000', 'index.interval.bytes': '700' },
  'rolled by time': { 'segment.ms': '3000', 'index.interval.bytes': '100' },
  'rolled by full indexes': { 'segment.index.bytes': '120', 'index.interval.bytes': '0' },
  compacted: { 'cleanup.policy': 'compact', 'internal.segment.bytes': '30000' },
  'append time': { 'message.timestamp.type': 'LogAppendTime', 'internal.segment.bytes': '20000' },
  recompressed: { 'compression.type': 'lz4' },
  decompressed: { 'compression.type': 'uncompressed' },
  'narrow limits': {
    'message.timestamp.before.max.ms': '1000',
    'message.timestamp.after.max.ms': '1000',
    'max.message.bytes': '3000',
    'internal.segment.bytes': '2500'
  }
}

describe.each(Object.entries(topics))('a log %s', (name, configs) => {
  const source = new AppendSource(new RandomSource(seed + name.length))
  const appends = Array.from({ length: count }, () => source.next())

  test('answers every batch, and keeps its files, as Apache Kafka does', async () => {
    const [kafkaRoot, ourRoot] = ['kafka', 'odradek'].map((whose) =>
      join(root, `${whose}-${name.replaceAll(' ', '-')}`)
    )
    const theirs = await appendWithKafka({ root: kafkaRoot, configs, appends })
    expectSame(appends, await appendOurselves({ root: ourRoot, configs, appends }), theirs)
    if ('compression.type' in configs) return // compressors differ, and so do their sizes
    expect(filesOf(join(ourRoot, 't-0'))).toEqual(filesOf(join(kafkaRoot, 't-0')))
  })
})

describe.each([
  ['stopped cleanly', false],
  ['killed', true]
])('a log that each has and was %s', (name, isKilled) => {
  test('goes on with the other as with itself', async () => {
    // Tame: after a kill we remember more of a producer than Apache Kafka does (its five last batches, and those without
    // a timestamp), so that its retries are told from new batches.
    const source = new AppendSource(new RandomSource(seed + name.length), { isTame: true })
    const configs = topics['small segments']
    const phases = Array.from({ length: 5 }, () => Array.from({ length: count / 2 }, () => source.next()))
    const kafkaRoot = join(root, `kafka-${name}`)
    const sharedRoot = join(root, `shared-${name}`)
    for (const [index, appends] of phases.entries()) {
      const phase = { configs, appends, isKilled, wasKilled: isKilled && index > 0 }
      const theirs = await appendWithKafka({ ...phase, root: kafkaRoot })
      const append = index % 2 === 0 ? appendOurselves : appendWithKafka
      expectSame(appends, await append({ ...phase, root: sharedRoot }), theirs)
    }
  })
})

interface Phase {
  /** Of the log directory; the partition is t-0 in it. */
  root: string
  configs: Record<string, string>
  appends: readonly Append[]
  wasKilled?: boolean
  isKilled?: boolean
}

function expectSame(appends: readonly Append[], ours: readonly string[], theirs: readonly string[]): void {
  ours.forEach((answer, index) => {
    const what = `batch ${index} (${appends[index]?.what ?? 'end'})`
    const expected = theirs[index]
    expect(`${what}: ${sameDamage(appends[index], answer)}`).toBe(`${what}: ${sameDamage(appends[index], expected)}`)
  })
}

/**
 * Apache Kafka reads the records of a compressed batch while it decompresses it, we decompress it first: of two defects in
 * one batch each meets another one first. Both refuse it.
 */
function sameDamage(append: Append | undefined, answer: string): string {
  const isCompressed = append !== undefined && append.records.length > 61 && codec(append.records, 0) !== 0
  const isDamage = answer === 'UNKNOWN_SERVER_ERROR' || answer === 'INVALID_RECORD'
  return isCompressed && isDamage && append.what.includes('changed') ? 'damaged' : answer
}

async function appendWithKafka({ root, configs, appends, wasKilled, isKilled }: Phase): Promise<string[]> {
  const settings = Object.entries(configs).map(([key, value]) => `${key}=${value}`)
  const args = [join(root, 't-0'), topicId, String(!wasKilled), isKilled ? 'halt' : 'close', ...settings]
  const input = appends
    .map(({ nowMs, epoch, origin, transactionVersion, records }) =>
      [nowMs, epoch, origin, transactionVersion, records.toString('hex')].join(' ')
    )
    .join('\n')
  const result = await runJava(PROGRAM, args, { input, timeoutMs: 300_000 })
  if (result.exitCode !== 0) throw new Error(result.stderr)
  return result.stdout.toString().trimEnd().split('\n')
}

async function appendOurselves({ root, configs, appends, wasKilled, isKilled }: Phase): Promise<string[]> {
  const clock = new ManualClock()
  const config = new ConfigValues([])
  const random = new SeededRandom(seed)
  const logger = new RecordingLogger()
  if (existsSync(root) && !wasKilled) writeFileSync(join(root, '.kafka_cleanshutdown'), '')
  const logs = LogDirectory.open({ path: root, fileSystem: nodeFileSystem(), clock, random, logger, config, nodeId: 1 })
  const overrides = logConfig(config, new Map(Object.entries(configs)))
  const log = logs.openLog({ topic: 't', partition: 0, topicId, config: overrides })
  const answers = appends.map((append) => {
    clock.advance(append.nowMs - clock.nowMs())
    return answerTo(log, append)
  })
  answers.push(`end ${log.logStartOffset} ${log.logEndOffset} ${log.lastStableOffset}`)
  if (isKilled) logs.release()
  else await logs.close(1)
  return answers
}

function answerTo(log: Log, { nowMs, epoch, origin, transactionVersion, records }: Append): string {
  const isClient = origin !== 'coordinator'
  const bytes = Buffer.from(records)
  try {
    log.assignLeaderEpoch(epoch)
    const refused = isClient ? checkProducedRecords(bytes, Number(origin)) : ErrorCode.NONE
    if (refused !== ErrorCode.NONE) return errorName(refused)
    const result = log.append(bytes, { origin: isClient ? 'client' : 'coordinator', nowMs, transactionVersion })
    return `ok ${result.firstOffset} ${result.lastOffset} ${result.logAppendTimeMs}`
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    if (!(error instanceof RecordValidationError)) return error.errorName
    return `${error.errorName} ${error.recordErrors.map((recordError) => recordError.index).join(',')}`
  }
}

/** Names and contents. Producers stand in a snapshot in no particular order. */
function filesOf(path: string): Record<string, unknown> {
  const files = readdirSync(path).sort()
  return Object.fromEntries(files.map((name) => [name, contentOf(name, readFileSync(join(path, name)))]))
}

function contentOf(name: string, bytes: Buffer): unknown {
  if (!name.endsWith('.snapshot'))
    return `${bytes.length} bytes, SHA-1 ${createHash('sha1').update(bytes).digest('hex')}`
  return decodeProducerSnapshot(bytes)
    .sort((a, b) => a.producerId - b.producerId)
    .map((entry) => ({ ...entry, batches: entry.batches.map((batch) => ({ ...batch })) }))
}
