// Odradek as its users start it: the command, spawned, on a port and a data directory of its own.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const LOG_CHARACTERS_KEPT = 8000
const command = fileURLToPath(new URL('../../bin/odradek.js', import.meta.url))

export interface RunningOdradek {
  host: string
  port: number
  stop(): Promise<void>
}

export async function startOdradek(overrides: Readonly<Record<string, string>>): Promise<RunningOdradek> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'odradek-conformance-'))
  const overrideFlags = Object.entries(overrides).flatMap(([name, value]) => ['--override', `${name}=${value}`])
  const child = spawn(
    process.execPath,
    [command, 'start', '--port', '0', '--host', '127.0.0.1', '--data', dataDirectory, '--json', ...overrideFlags],
    { stdio: ['ignore', 'pipe', 'pipe'] }
  )
  // It logs a line for each of the many requests that it must refuse: only of interest when it does not survive them.
  let log = ''
  child.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-LOG_CHARACTERS_KEPT)
  })
  let isStopping = false
  const killOnExit = () => child.kill('SIGKILL')
  process.once('exit', killOnExit)
  const port = await new Promise<number>((resolve, reject) => {
    child.once('close', (code, signal) => {
      if (isStopping) return
      reject(new Error(`odradek ended with exit code ${code ?? signal} before it was ready:\n${log}`))
      console.error(`odradek ended with exit code ${code ?? signal}:\n${log}`)
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = line.startsWith('{') ? JSON.parse(line) : {}
      if (event.event === 'ready') resolve(event.port)
    })
  })
  return {
    host: '127.0.0.1',
    port,
    async stop() {
      isStopping = true
      process.off('exit', killOnExit)
      const ended = new Promise<void>((done) => child.once('close', () => done()))
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await ended
      }
      rmSync(dataDirectory, { recursive: true, force: true })
    }
  }
}
