// Both file systems keep the port's promises; the one in memory loses and fails as it is told to.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { FileSystem } from '../ports.ts'
import { FileHandle, FileHandles } from './file-handles.ts'
import { MemoryFileSystem } from './file-system-memory.ts'
import { nodeFileSystem } from './file-system-node.ts'
import { SeededRandom } from './testing/test-directory.ts'

const roots: string[] = []
afterAll(() => {
  for (const root of roots) fs.rmSync(root, { recursive: true, force: true })
})

function onDisk(): { fileSystem: FileSystem; root: string } {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'odradek-fs-'))
  roots.push(root)
  return { fileSystem: nodeFileSystem(), root }
}

function inMemory(): { fileSystem: FileSystem; root: string } {
  const fileSystem = new MemoryFileSystem()
  fileSystem.makeDirectory('/root')
  return { fileSystem, root: '/root' }
}

const coded = (code: string) => expect.objectContaining({ code })

describe.each([
  ['in memory', inMemory],
  ['on disk', onDisk]
])('the file system %s', (_, place) => {
  test('reads what was written, anywhere in a file', () => {
    const { fileSystem, root } = place()
    const file = fileSystem.open(`${root}/f`, 'write')
    const random = new SeededRandom(3)
    const model = Buffer.alloc(700_000)
    let size = 0
    for (let round = 0; round < 60; round++) {
      const position = random.int(500_000)
      const parts = [random.bytes(random.int(300)), random.bytes(random.int(3000))]
      file.write(parts, position)
      const joined = Buffer.concat(parts)
      joined.copy(model, position)
      if (joined.length > 0) size = Math.max(size, position + joined.length)
      if (round % 20 === 19) {
        const cut = random.int(size)
        file.truncate(cut)
        model.fill(0, cut)
        size = cut
      }
    }
    expect(file.size()).toBe(size)
    const target = Buffer.alloc(size + 10, 9)
    expect(file.read(target, 3, size + 5, 0)).toBe(size)
    expect(target.subarray(3, size + 3).equals(model.subarray(0, size))).toBe(true)
    expect(file.read(target, 0, 10, size)).toBe(0)
    file.close()
    expect(fileSystem.readFile(`${root}/f`).length).toBe(size)
  })

  test('opens for reading only what exists, and keeps what is there for writing', () => {
    const { fileSystem, root } = place()
    expect(() => fileSystem.open(`${root}/none`, 'read')).toThrow(coded('ENOENT'))
    fileSystem.writeFile(`${root}/f`, 'content')
    const file = fileSystem.open(`${root}/f`, 'write')
    file.write([Buffer.from('C')], 0)
    file.close()
    expect(fileSystem.readFile(`${root}/f`).toString()).toBe('Content')
    fileSystem.writeFile(`${root}/f`, 'new')
    expect(fileSystem.readFile(`${root}/f`).toString()).toBe('new')
  })

  test('renames, links and removes files and directories', () => {
    const { fileSystem, root } = place()
    fileSystem.makeDirectory(`${root}/a/b`)
    fileSystem.makeDirectory(`${root}/a/b`)
    fileSystem.writeFile(`${root}/a/b/f`, '1')
    fileSystem.link(`${root}/a/b/f`, `${root}/a/g`)
    expect(() => fileSystem.link(`${root}/a/b/f`, `${root}/a/g`)).toThrow(coded('EEXIST'))
    fileSystem.rename(`${root}/a`, `${root}/c`)
    expect(fileSystem.exists(`${root}/a`)).toBe(false)
    expect(fileSystem.list(`${root}/c`).sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual([
      { name: 'b', isDirectory: true },
      { name: 'g', isDirectory: false }
    ])
    fileSystem.removeFile(`${root}/c/b/f`)
    expect(fileSystem.readFile(`${root}/c/g`).toString()).toBe('1')
    expect(() => fileSystem.removeFile(`${root}/c/b/f`)).toThrow(coded('ENOENT'))
    fileSystem.removeDirectory(`${root}/c`)
    expect(fileSystem.exists(`${root}/c/g`)).toBe(false)
  })

  test('a file that is closed while it is synced stays open until then', async () => {
    const { fileSystem, root } = place()
    const file = fileSystem.open(`${root}/f`, 'write')
    file.write([Buffer.from('x')], 0)
    const synced = file.sync()
    file.close()
    await synced
    await fileSystem.syncDirectoryAsync(root)
  })

  test('thousands of files share few descriptors', () => {
    const { fileSystem, root } = place()
    const handles = new FileHandles(fileSystem, 10)
    const files = Array.from({ length: 50 }, (_, index) => new FileHandle(handles, `${root}/f${index}`, 'write'))
    for (const round of [0, 1, 2]) {
      for (const [index, { file }] of files.entries()) file.write([Buffer.from([index])], round)
      expect(handles.openCount).toBe(10)
    }
    const read = Buffer.alloc(3)
    for (const [index, handle] of files.entries()) {
      handle.file.read(read, 0, 3, 0)
      expect([...read]).toEqual([index, index, index])
    }
    for (const handle of files) handle.close()
    expect(handles.openCount).toBe(0)
  })
})

describe('a file system in memory', () => {
  test('fails, fills up and refuses as it is told to', () => {
    const disk = new MemoryFileSystem()
    const file = disk.open('/f', 'write')
    disk.freeBytes = 3
    expect(() => file.write([Buffer.from('12'), Buffer.from('345')], 0)).toThrow(coded('ENOSPC'))
    expect(disk.readFile('/f').toString()).toBe('123')
    file.truncate(1)
    file.write([Buffer.from('ab')], 1)
    disk.freeBytes = 1000
    disk.isReadOnly = true
    expect(() => file.write([Buffer.from('x')], 0)).toThrow(coded('EROFS'))
    expect(() => disk.writeFile('/g', '')).toThrow(coded('EROFS'))
    disk.isReadOnly = false
    disk.fault = (operation) => (operation === 'read' ? Object.assign(new Error(), { code: 'EIO' }) : undefined)
    expect(() => file.read(Buffer.alloc(1), 0, 1, 0)).toThrow(coded('EIO'))
    disk.fault = undefined
    disk.kill()
    expect(() => file.read(Buffer.alloc(1), 0, 1, 0)).toThrow(coded('EBADF'))
  })

  test('keeps through a power cut what was synced, and names in order', async () => {
    for (let seed = 0; seed < 200; seed++) {
      const disk = new MemoryFileSystem({ random: new SeededRandom(seed) })
      const synced = disk.open('/synced', 'write')
      synced.write([Buffer.alloc(2000, 1)], 0)
      await synced.sync()
      disk.syncDirectory('/')
      synced.write([Buffer.alloc(1000, 2)], 2000)
      disk.writeFile('/first', 'x')
      disk.writeFile('/second', 'x')
      disk.crash()
      const content = disk.readFile('/synced')
      expect(content.subarray(0, 2000).equals(Buffer.alloc(2000, 1))).toBe(true)
      expect([0, 512, 1000]).toContain(content.length - 2000)
      if (disk.exists('/second')) expect(disk.exists('/first')).toBe(true)
    }
  })
})
