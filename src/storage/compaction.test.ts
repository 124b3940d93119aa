// Compaction against a model, from seeds: the last value of each key survives, order and offsets stay, tombstones go only
// after their time, producers and transactions are known as before; on both file systems, through every kind of restart.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { MemoryFileSystem } from './file-system-memory.ts'
import { nodeFileSystem } from './file-system-node.ts'
import { CompactionModel, DELETE_RETENTION_MS } from './testing/compaction-model.ts'
import { SeededRandom, type TestPlace } from './testing/test-directory.ts'

const SEEDS = Number(process.env.ODRADEK_SIMULATION_SEEDS ?? 20)
const FIRST_SEED = Number(process.env.ODRADEK_SIMULATION_SEED ?? 1)
const directories: string[] = []

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

function onDisk(): TestPlace {
  const root = mkdtempSync(join(tmpdir(), 'odradek-compaction-'))
  directories.push(root)
  return { fileSystem: nodeFileSystem(), root }
}

function inMemory(seed: number): TestPlace & { fileSystem: MemoryFileSystem } {
  return { fileSystem: new MemoryFileSystem({ random: new SeededRandom(seed) }), root: '/data' }
}

async function forEachSeed(count: number, run: (seed: number) => Promise<void>): Promise<void> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed++) {
    try {
      await run(seed)
    } catch (error) {
      throw new Error(`seed ${seed}: ODRADEK_SIMULATION_SEED=${seed} ODRADEK_SIMULATION_SEEDS=1`, { cause: error })
    }
  }
}

async function live(model: CompactionModel, restart: () => Promise<void>): Promise<void> {
  for (let round = 0; round < 4; round++) {
    model.write(40)
    await model.compact()
    model.check()
    if (model.random.float() < 0.5) await restart()
    model.check()
    if (model.random.float() < 0.6) model.test.clock.advance(DELETE_RETENTION_MS)
  }
}

describe('against the model', () => {
  test(`in memory, with kills and clean stops (${SEEDS} seeds from ${FIRST_SEED})`, async () => {
    await forEachSeed(SEEDS, async (seed) => {
      const place = inMemory(seed)
      const model = new CompactionModel(place, seed)
      await live(model, async () => {
        const before = statesOf(model)
        if (model.random.float() < 0.5) await model.test.stop()
        else place.fileSystem.kill()
        model.reopen()
        expect(statesOf(model)).toEqual(before)
      })
    })
  }, 60_000)

  test('on disk', async () => {
    await forEachSeed(Math.min(SEEDS, 6), async (seed) => {
      const model = new CompactionModel(onDisk(), seed)
      await live(model, async () => {
        await model.test.stop()
        model.reopen()
      })
      await model.test.stop()
    })
  }, 60_000)

  test('with a map too small for all keys: several runs', async () => {
    await forEachSeed(Math.min(SEEDS, 10), async (seed) => {
      const memory = { 'log.cleaner.dedupe.buffer.size': String(24 * 10) }
      const model = new CompactionModel(inMemory(seed), seed, {}, memory)
      model.write(150)
      for (let run = 0; run < 100; run++) {
        const before = model.cleanTo
        await model.compact()
        model.check(false)
        if (model.cleanTo === before) return
      }
      expect.unreachable('every run makes progress, so it ends')
    })
  }, 60_000)
})

/** What may be asked of a producer's past: enough to refuse, and to know a repeated batch. */
function statesOf(model: CompactionModel) {
  return model.log
    .producers()
    .map(({ producerId, producerEpoch, lastSequence, currentTransactionFirstOffset }) => ({
      producerId,
      producerEpoch,
      lastSequence,
      currentTransactionFirstOffset
    }))
    .sort((a, b) => a.producerId - b.producerId)
}

test('recovery from the first byte finds the producers of a compacted log', async () => {
  await forEachSeed(SEEDS, async (seed) => {
    const place = inMemory(seed)
    const model = new CompactionModel(place, seed)
    model.write(80)
    await model.compact()
    model.write(20)
    await model.compact()
    const before = statesOf(model)
    place.fileSystem.kill()
    for (const { name } of place.fileSystem.list('/data/t-0')) {
      if (!/\.(log|metadata)$/.test(name)) place.fileSystem.removeFile(`/data/t-0/${name}`)
    }
    model.reopen()
    expect(statesOf(model)).toEqual(before)
  })
}, 60_000)

test('the indexes are those that recovery builds', async () => {
  await forEachSeed(Math.min(SEEDS, 20), async (seed) => {
    const place = inMemory(seed)
    const model = new CompactionModel(place, seed)
    model.write(120)
    await model.compact()
    await model.test.stop()
    const indexes = () =>
      place.fileSystem
        .list('/data/t-0')
        .filter(({ name }) => /\.(index|timeindex)$/.test(name))
        .map(({ name }) => `${name} ${place.fileSystem.readFile(`/data/t-0/${name}`).toString('hex')}`)
        .sort()
    const before = indexes()
    for (const line of before) place.fileSystem.removeFile(`/data/t-0/${line.split(' ')[0]}`)
    model.reopen()
    await model.test.stop()
    expect(indexes()).toEqual(before)
  })
}, 60_000)
