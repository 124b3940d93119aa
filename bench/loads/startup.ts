// From spawning the command to its first answered ApiVersions, next to what a bare node costs.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeRequest } from '../../src/protocol/frame.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { freePorts } from '../../test/oracle/free-port.ts'

const command = join(dirname(fileURLToPath(import.meta.url)), '../../bin/odradek.js')

export function bareNodeMs(): number {
  const startMs = performance.now()
  spawnSync(process.execPath, ['-e', '0'])
  return performance.now() - startMs
}

const question = Buffer.concat(
  encodeRequest(apiVersions, 3, 1, 'bench', { clientSoftwareName: 'bench', clientSoftwareVersion: '1' })
)

/** Dials until somebody answers: a refused connection is tried again at once. */
function answered(port: number): Promise<void> {
  return new Promise((resolve) => {
    const attempt = () => {
      const socket = connect(port, '127.0.0.1', () => socket.write(question))
      socket.once('data', () => {
        socket.destroy()
        resolve()
      })
      socket.once('error', () => setTimeout(attempt, 1))
    }
    attempt()
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
}

/** On a new directory each time. */
export async function spawnToFirstAnswerMs(): Promise<number> {
  const [port] = await freePorts(1)
  const directory = mkdtempSync(join(tmpdir(), 'odradek-start-'))
  const startMs = performance.now()
  const child = spawn(process.execPath, [command, 'start', '--port', String(port), '--data', directory], {
    stdio: 'ignore'
  })
  await answered(port)
  const elapsedMs = performance.now() - startMs
  child.kill('SIGTERM')
  await ended(child)
  rmSync(directory, { recursive: true, force: true })
  return elapsedMs
}
