// What no broker can go below: the CPU time of writing the same bytes to new files, by this process, with nothing around.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { warmPages } from './warm-pages.ts'

/** CPU seconds per GB of page-cache writes of `batchBytes` each, spread over `files` files. */
export function pageCacheWriteCost(bytes: number, batchBytes: number, files: number): number {
  warmPages(bytes)
  const folder = mkdtempSync(join(tmpdir(), 'odradek-floor-'))
  const open = Array.from({ length: files }, (_, index) => openSync(join(folder, String(index)), 'w'))
  const batch = Buffer.alloc(batchBytes, 1)
  const before = process.cpuUsage()
  let written = 0
  for (let index = 0; written < bytes; index++) written += writeSync(open[index % files], batch)
  const { user, system } = process.cpuUsage(before)
  for (const file of open) closeSync(file)
  rmSync(folder, { recursive: true })
  return (user + system) / 1e6 / (written / 1e9)
}
