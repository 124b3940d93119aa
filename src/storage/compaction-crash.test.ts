// A compaction that ends at each of its file operations in turn: by the death of the process, by a power cut, by a disk that
// is full for a while. Whatever is there afterwards holds every record that must not go, and the next run finishes the work.
import { expect, test } from 'vitest'
import { MemoryFileSystem } from './file-system-memory.ts'
import { CompactionModel } from './testing/compaction-model.ts'
import { SeededRandom } from './testing/test-directory.ts'

const SEEDS = Number(process.env.ODRADEK_SIMULATION_SEEDS ?? 1)
const FIRST_SEED = Number(process.env.ODRADEK_SIMULATION_SEED ?? 1)

type Ending = 'killed' | 'power cut' | 'disk full'

/** A log that was compacted once and is dirty again. */
async function prepared(seed: number): Promise<{ model: CompactionModel; fileSystem: MemoryFileSystem }> {
  const fileSystem = new MemoryFileSystem({ random: new SeededRandom(seed) })
  const model = new CompactionModel({ fileSystem, root: '/data' }, seed)
  model.write(50)
  await model.compact()
  model.test.clock.advance(60_000)
  model.write(40)
  await model.log.flush()
  return { model, fileSystem }
}

async function operationsOf(seed: number): Promise<number> {
  const { model, fileSystem } = await prepared(seed)
  let count = 0
  fileSystem.fault = () => {
    count++
    return undefined
  }
  await model.compact()
  return count
}

/** From the n-th operation on, the disk is dead, or has no room. */
async function runUntil(seed: number, operation: number, ending: Ending): Promise<void> {
  const { model, fileSystem } = await prepared(seed)
  let count = 0
  const code = ending === 'disk full' ? 'ENOSPC' : 'EIO'
  fileSystem.fault = (what) => {
    if (count++ < operation) return undefined
    const isFailing = ending !== 'disk full' || what === 'write' || what === 'rename' || what === 'open'
    return isFailing ? Object.assign(new Error('the end'), { code }) : undefined
  }
  await model.compact().catch(() => {})
  fileSystem.fault = undefined
  if (ending === 'power cut') fileSystem.crash()
  else if (ending === 'killed') fileSystem.kill()
  if (ending !== 'disk full' || !model.log.isUsable) {
    if (ending === 'disk full') fileSystem.kill()
    model.reopen()
    const leftovers = fileSystem.list('/data/t-0').filter(({ name }) => /\.(cleaned|swap|deleted)$/.test(name))
    expect(leftovers).toEqual([])
  }
  model.check(false)
  model.write(10)
  await model.compact()
  model.check()
}

test.each<Ending>(['killed', 'power cut', 'disk full'])(
  'the process is %s at every operation',
  async (ending) => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      const operations = await operationsOf(seed)
      expect(operations).toBeGreaterThan(30)
      for (let operation = 0; operation <= operations; operation++) {
        try {
          await runUntil(seed, operation, ending)
        } catch (error) {
          throw new Error(`seed ${seed}, operation ${operation}`, { cause: error })
        }
      }
    }
  },
  120_000
)
