import { describe, expect, it } from 'vitest'
import { MemoryFileSystem } from './file-system-memory.ts'
import { SeededRandom, TestDirectory, values } from './testing/test-directory.ts'

const partitions = 70

function filled(fileSystem: MemoryFileSystem): TestDirectory {
  const directory = new TestDirectory({ fileSystem, root: '/data' })
  for (let partition = 0; partition < partitions; partition++) {
    directory.open('many', {}, partition).append(values(`record of ${partition}`), { origin: 'client' })
  }
  return directory
}

const endOffsets = (directory: TestDirectory) =>
  Array.from({ length: partitions }, (_, partition) => directory.open('many', {}, partition).logEndOffset)

describe('the clean stop of many changed logs', () => {
  it('syncs the file system once, and a power cut right after it loses nothing', async () => {
    const fileSystem = new MemoryFileSystem({ random: new SeededRandom(3) })
    let syncs = 0
    const syncFileSystem = fileSystem.syncFileSystem.bind(fileSystem)
    fileSystem.syncFileSystem = (path) => {
      syncs++
      return syncFileSystem(path)
    }
    const directory = filled(fileSystem)
    await directory.stop()
    expect(syncs).toBe(1)
    fileSystem.crash()
    expect(endOffsets(directory.restart())).toEqual(Array(partitions).fill(1))
  })

  it('syncs each file where the file system cannot be synced as a whole', async () => {
    const fileSystem = new MemoryFileSystem({ random: new SeededRandom(4) })
    fileSystem.syncFileSystem = async () => false
    const directory = filled(fileSystem)
    await directory.stop()
    fileSystem.crash()
    const restarted = directory.restart()
    expect(restarted.logs.wasCleanShutdown).toBe(true)
    expect(endOffsets(restarted)).toEqual(Array(partitions).fill(1))
  })
})
