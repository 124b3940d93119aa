// Odradek as users run it: the built command in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const builtCommand = join(dirname(fileURLToPath(import.meta.url)), '../../bin/odradek.js')

export interface OdradekOptions {
  /** Left out: a new directory that is removed at stop. `null`: --memory. */
  dataDirectory?: string | null
  port?: number
  overrides?: Readonly<Record<string, string>>
  args?: readonly string[]
  /** Left out: the one built here. */
  command?: string
}

export interface OdradekProcess {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly bootstrapServers: string
  readonly dataDirectory: string | null
  readonly pid: number
  /** What it wrote to standard error so far. */
  log(): string
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL; the data directory stays when the caller gave it. */
  kill(): Promise<void>
}

/** Starts the command and resolves at its ready line; rejects with its output when it ends before that. */
export async function startOdradek(options: OdradekOptions = {}): Promise<OdradekProcess> {
  const ownDirectory = options.dataDirectory === undefined ? mkdtempSync(join(tmpdir(), 'odradek-')) : undefined
  const dataDirectory = ownDirectory ?? options.dataDirectory ?? null
  const overrides = Object.entries(options.overrides ?? {}).flatMap(([name, value]) => [
    '--override',
    `${name}=${value}`
  ])
  const where = dataDirectory === null ? ['--memory'] : ['--data', dataDirectory]
  const args = ['start', '--port', String(options.port ?? 0), '--json', ...where, ...overrides, ...(options.args ?? [])]
  const child = spawn(process.execPath, [options.command ?? builtCommand, ...args], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const cleanUp = () => ownDirectory !== undefined && rmSync(ownDirectory, { recursive: true, force: true })
  const port = await readyPort(child).catch((error: Error) => {
    child.kill('SIGKILL')
    cleanUp()
    throw new Error(`${error.message}\n${log}`)
  })
  return {
    host: '127.0.0.1',
    port,
    bootstrapServers: `127.0.0.1:${port}`,
    dataDirectory,
    pid: child.pid as number,
    log: () => log,
    async stop() {
      child.kill('SIGTERM')
      const code = await exited
      cleanUp()
      return code
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
      cleanUp()
    }
  }
}

function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk
      const ready = output.split('\n').find((line) => line.startsWith('{"event":"ready"'))
      if (ready !== undefined && output.includes('\n')) resolve((JSON.parse(ready) as { port: number }).port)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`odradek ended with code ${code} before it was ready: ${output}`)))
  })
}
