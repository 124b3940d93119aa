// Every kind of file of the data directory deleted, cut, zeroed or with one bit flipped, after a clean stop and after the
// death of the process. The outcome is repair, or a loss that is told in the log, or one clear line instead of a start.
import { beforeAll, describe, expect, test } from 'vitest'
import { KafkaError } from '../../src/error-codes.ts'
import { crcIsValid } from '../../src/records/batch-header.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import { allRecords, batches } from '../../src/records/iterate.ts'
import { MemoryFileSystem } from '../../src/storage/file-system-memory.ts'
import { SeededRandom } from '../../src/storage/testing/test-directory.ts'
import { SimulatedBroker } from './simulated-broker.ts'

const DATA = '/data'
const START_MS = 1_700_000_000_000
const RECORDS = 60
const PARTITIONS = 2

type Ending = 'stop' | 'kill'
type Damage = 'deleted' | 'cut' | 'zeroed' | 'flipped'

const damages: Record<Damage, (fileSystem: MemoryFileSystem, path: string) => void> = {
  deleted: (fileSystem, path) => fileSystem.removeFile(path),
  cut: (fileSystem, path) =>
    fileSystem.writeFile(path, fileSystem.readFile(path).subarray(0, fileSystem.fileSize(path) / 2)),
  zeroed: (fileSystem, path) => fileSystem.writeFile(path, Buffer.alloc(fileSystem.fileSize(path))),
  flipped: (fileSystem, path) => {
    const content = fileSystem.readFile(path)
    content[Math.floor(content.length / 2)] ^= 0x10
    fileSystem.writeFile(path, content)
  }
}

const templates: Record<Ending, MemoryFileSystem> = { stop: new MemoryFileSystem(), kill: new MemoryFileSystem() }

beforeAll(async () => {
  for (const ending of ['stop', 'kill'] as const) await fill(templates[ending], ending)
})

function newBroker(fileSystem: MemoryFileSystem): SimulatedBroker {
  const configs = { 'offsets.topic.num.partitions': '1', 'log.index.interval.bytes': '200' }
  return new SimulatedBroker(fileSystem, new SeededRandom(1), { startMs: START_MS, configs })
}

/** Two lives, so that every kind of file is there. */
async function fill(fileSystem: MemoryFileSystem, ending: Ending): Promise<void> {
  for (const life of [0, 1]) {
    const broker = newBroker(fileSystem)
    broker.start()
    if (life === 0) await broker.createTopic('t', PARTITIONS, [['internal.segment.bytes', '2000']])
    for (let number = 0; number < RECORDS / 2; number++) {
      const value = Buffer.from(`${life * (RECORDS / 2) + number} `.repeat(20))
      const producer = { producerId: 7, producerEpoch: 0, baseSequence: life * (RECORDS / 2) + number }
      const batch = buildBatch({ records: [{ value }], timestampMs: START_MS + number, ...producer })
      for (let partition = 0; partition < PARTITIONS; partition++) await broker.produce('t', partition, batch)
    }
    await broker.commit('g', 't', 0, 17)
    await broker.deleteRecords('t', 1, 3)
    await broker.wait(400_000)
    if (life === 0 || ending === 'stop') await broker.stop()
    broker.end()
    fileSystem.kill()
  }
}

function copyOf(source: MemoryFileSystem): MemoryFileSystem {
  const copy = new MemoryFileSystem()
  for (const path of filesOf(source)) {
    copy.makeDirectory(path.slice(0, path.lastIndexOf('/')))
    copy.writeFile(path, source.readFile(path))
  }
  return copy
}

function filesOf(fileSystem: MemoryFileSystem, directory = DATA): string[] {
  return fileSystem
    .list(directory)
    .flatMap(({ name, isDirectory }) =>
      isDirectory ? filesOf(fileSystem, `${directory}/${name}`) : [`${directory}/${name}`]
    )
}

/** What is wrong with what the broker serves; empty when everything is there. */
async function complaints(broker: SimulatedBroker): Promise<string[]> {
  const found: string[] = []
  for (let partition = 0; partition < PARTITIONS; partition++) found.push(...complaintsOf(broker, partition))
  const committed = await broker.committed('g').catch((error: unknown) => String(error))
  if (typeof committed === 'string') found.push(`g: ${committed}`)
  else if (committed.get('t-0') !== 17) found.push(`lost: the offset of g`)
  return found
}

function complaintsOf(broker: SimulatedBroker, index: number): string[] {
  const name = `t-${index}`
  const partition = broker.broker.partitions.get('t', index)
  if (partition === undefined) {
    const isKnown = broker.broker.metadata.image.topic('t') !== undefined
    return [isKnown ? `refused: ${name}` : `lost: ${name}`]
  }
  const { log } = partition
  const start = index === 0 ? 0 : 3
  if (log.logStartOffset > start) return [`lost: ${name} begins at ${log.logStartOffset}`]
  let expected = log.logStartOffset
  try {
    for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
      const { records, nextOffset } = log.read(offset, { maxBytes: 500, minOneBatch: true })
      for (const position of batches(records)) if (!crcIsValid(records, position)) return [`refused: ${name}`]
      for (const record of allRecords(records)) {
        expect(String(record.value), `${name} at ${record.offset}`).toBe(`${record.offset} `.repeat(20))
        if (record.offset > expected) return [`lost: ${name} from ${expected} to ${record.offset}`]
        expected = record.offset + 1
      }
      offset = nextOffset
    }
  } catch (error) {
    if (error instanceof KafkaError) return [`refused: ${name}`]
    throw error
  }
  return log.logEndOffset === RECORDS ? [] : [`lost: ${name} ends at ${log.logEndOffset}`]
}

/** `repaired`, `refused` (reads say so), `told` (a loss, in the log), or the line that stands in place of a start. */
async function outcomeOf(fileSystem: MemoryFileSystem): Promise<string> {
  const broker = newBroker(fileSystem)
  try {
    broker.start()
  } catch (error) {
    return clearLine(error)
  }
  const found = await complaints(broker)
  const told = broker.logger.lines
  for (const line of found.filter((complaint) => complaint.startsWith('lost'))) {
    const place =
      line.includes('g:') || line.endsWith('g') ? '__consumer_offsets-0' : (/t-\d/.exec(line)?.[0] ?? 'metadata')
    expect(told.join('\n'), line).toMatch(new RegExp(`${place}.*(missing|ends at|belongs to|damaged|is malformed|cut)`))
  }
  await broker.stop()
  if (found.some((line) => line.startsWith('lost'))) return `told: ${found} | ${told[0]}`
  return found.length > 0 ? 'refused' : 'repaired'
}

function clearLine(error: unknown): string {
  const { message, name } = error as Error
  expect(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'], (error as Error).stack).not.toContain(name)
  expect(message).not.toContain('\n')
  expect(message).toMatch(/\/data/)
  return `stopped: ${message}`
}

function expectedOutcome(path: string, damage: Damage, ending: Ending): string {
  const isMetadata = path.includes('/__cluster_metadata')
  const isActive = /0047\.log$|__consumer_offsets-0\/0+\.log$/.test(path)
  if (path.endsWith('/meta.properties')) return damage === 'flipped' ? 'repaired' : 'stopped'
  if (path.endsWith('0-0000000000.checkpoint')) return damage === 'deleted' ? 'repaired' : 'stopped'
  if (path.endsWith('log-start-offset-checkpoint')) return damage === 'deleted' ? 'repaired' : 'stopped'
  if (path.endsWith('/partition.metadata') && !isMetadata) {
    return damage === 'deleted' || damage === 'flipped' ? 'told' : 'repaired'
  }
  if (!path.endsWith('.log')) return 'repaired'
  if (isMetadata) return damage === 'cut' && ending === 'kill' ? 'told' : 'stopped'
  if (damage === 'deleted') return 'told'
  if (!isActive) return 'refused'
  if (path.includes('__consumer_offsets')) return damage === 'zeroed' ? 'told' : 'repaired'
  return ending === 'kill' || damage !== 'flipped' ? 'told' : 'refused'
}

describe.each<Ending>(['stop', 'kill'])('after %s', (ending) => {
  test.each(Object.keys(damages) as Damage[])('each file %s', async (damage) => {
    for (const path of filesOf(templates[ending])) {
      if (damage !== 'deleted' && templates[ending].fileSize(path) === 0) continue
      const fileSystem = copyOf(templates[ending])
      damages[damage](fileSystem, path)
      const outcome = await outcomeOf(fileSystem).catch((error: unknown) => {
        throw new Error(`${path} ${damage}: ${(error as Error).stack}`)
      })
      expect(outcome.split(':')[0], `${path} ${damage} after ${ending}`).toBe(expectedOutcome(path, damage, ending))
    }
  })

  test('each directory of a partition deleted', async () => {
    for (const { name, isDirectory } of templates[ending].list(DATA)) {
      if (!isDirectory) continue
      const fileSystem = copyOf(templates[ending])
      fileSystem.removeDirectory(`${DATA}/${name}`)
      const expected = name.startsWith('__cluster_metadata') ? 'stopped' : 'told'
      expect((await outcomeOf(fileSystem)).split(':')[0], `${name} deleted`).toBe(expected)
    }
  })
})
