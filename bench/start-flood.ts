// The flood as a child process, told to stop and asked how much it wrote.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Target } from './target.ts'

const folder = dirname(fileURLToPath(import.meta.url))

export interface Flood {
  stop(): Promise<{ bytes: number; seconds: number }>
}

export async function startFlood(
  target: Target,
  topic: string,
  partitions: number,
  megabytesPerSecond: number
): Promise<Flood> {
  const args = [
    join(folder, '../scripts/run-ts.mjs'),
    join(folder, 'flood.ts'),
    target.port,
    topic,
    partitions,
    megabytesPerSecond
  ].map(String)
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      if (output.startsWith('flooding\n')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the flood ended with code ${code}`)))
  })
  const startMs = performance.now()
  return {
    async stop() {
      const seconds = (performance.now() - startMs) / 1000
      child.kill('SIGTERM')
      await closed
      return { bytes: Number(output.trim().split('\n')[1]), seconds }
    }
  }
}
