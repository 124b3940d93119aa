// The real disk refuses: full, read-only, or somebody else's. Small file systems are mounted for it, which takes root.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildBatch } from '../../src/records/build-batch.ts'
import { KafkaClient } from '../broker/kafka-client.ts'
import { startOdradek } from '../broker/odradek-process.ts'

const command = join(dirname(fileURLToPath(import.meta.url)), '../../bin/odradek.js')
const MEGABYTE = 1024 * 1024
const canMount = process.getuid?.() === 0 && process.platform === 'linux'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'odradek-disk-'))
})
afterEach(() => {
  if (canMount) spawnSync('umount', ['-l', directory])
  rmSync(directory, { recursive: true, force: true })
})

const mount = (...args: string[]) => execFileSync('mount', [...args, directory])

/** A start that fails: its exit code and what it printed. */
function refusal(args: readonly string[]) {
  const { status, stderr, stdout } = spawnSync(process.execPath, [command, 'start', '--port', '0', ...args], {
    encoding: 'utf8',
    timeout: 20_000
  })
  return { status, stdout, lines: stderr.trimEnd().split('\n') }
}

describe.runIf(canMount)('a file system of its own', () => {
  it('full while producers write: they are told, readers read on, and with space again all goes on by itself', async () => {
    mount('-t', 'tmpfs', '-o', 'size=12m', 'tmpfs')
    const broker = await startOdradek({ dataDirectory: join(directory, 'data') })
    try {
      const client = await KafkaClient.connect(broker)
      await client.createTopic('t', 1, [['internal.segment.bytes', String(2 * MEGABYTE)]])
      await client.commit('g', 't', 0, 1)
      const ballast = join(directory, 'ballast')
      writeFileSync(ballast, Buffer.alloc(6 * MEGABYTE))
      const batch = buildBatch({ records: [{ value: Buffer.alloc(200_000, 'x') }], timestampMs: Date.now() })
      let acknowledged = 0
      await expect(async () => {
        for (;;) {
          expect(await client.produce('t', 0, batch)).toBe(acknowledged)
          acknowledged++
        }
      }).rejects.toThrow('KAFKA_STORAGE_ERROR')
      expect(statfsSync(directory).bavail * statfsSync(directory).bsize).toBeLessThan(MEGABYTE)
      await expect(client.produce('t', 0, batch)).rejects.toThrow('KAFKA_STORAGE_ERROR')
      const full = await client.contents()
      expect(full.t.partitions[0].records.length).toBe(acknowledged)
      rmSync(ballast)
      for (let more = 0; more < 20; more++) expect(await client.produce('t', 0, batch)).toBe(acknowledged++)
      await client.commit('g', 't', 0, 2)
      await client.createTopic('new', 1, [])
      expect(await client.produce('new', 0, batch)).toBe(0)
      expect((await client.contents()).t.partitions[0].records.length).toBe(acknowledged)
      client.close()
    } finally {
      expect(await broker.stop()).toBe(0)
    }
  })

  it('read-only: one line that says so', () => {
    mount('-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs')
    for (const data of [directory, join(directory, 'data')]) {
      const { status, lines } = refusal(['--data', data])
      expect(status).toBe(1)
      expect(lines).toEqual([expect.stringMatching(/read-only.*--data/)])
    }
  })

  it('full from the beginning: one line that says so', () => {
    mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs')
    try {
      writeFileSync(join(directory, 'ballast'), Buffer.alloc(MEGABYTE))
    } catch {
      // As much as fits.
    }
    const { status, lines } = refusal(['--data', join(directory, 'data')])
    expect(status).toBe(1)
    expect(lines).toEqual([expect.stringMatching(/the disk is full/)])
  })
})

it('a second broker on one directory is refused with the pid of the first; what a killed one left is taken over', async () => {
  const first = await startOdradek({ dataDirectory: directory })
  const { status, lines } = refusal(['--data', directory])
  expect(status).toBe(4)
  expect(lines).toEqual([expect.stringContaining(`pid ${first.pid}`)])
  await first.kill()
  const second = await startOdradek({ dataDirectory: directory })
  expect(await second.stop()).toBe(0)
})
