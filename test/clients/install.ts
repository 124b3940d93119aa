// Gets the clients of other languages ready once, in a cache folder: a Python environment, the Go and Java drivers built.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { oracleClassPath } from '../oracle/install.ts'

const drivers = join(dirname(fileURLToPath(import.meta.url)), 'drivers')
const cache = process.env.ODRADEK_CLIENTS_HOME ?? join(homedir(), '.cache', 'odradek-clients')
const pythonClient = 'confluent-kafka==2.16.0'

export interface InstalledClients {
  readonly python: string
  readonly goDriver: string
  readonly javaClasses: string
}

/** Runs `build` unless the folder was built from the same inputs before. */
function builtOnce(name: string, inputs: readonly string[], build: (folder: string) => void): string {
  const digest = createHash('sha256').update(inputs.join('\0')).digest('hex').slice(0, 16)
  const folder = join(cache, `${name}-${digest}`)
  const stamp = join(folder, 'built')
  if (!existsSync(stamp)) {
    mkdirSync(folder, { recursive: true })
    build(folder)
    writeFileSync(stamp, '')
  }
  return folder
}

const run = (file: string, args: readonly string[], cwd?: string) =>
  execFileSync(file, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })

/** The interpreter that has confluent-kafka. */
export function installPython(): string {
  const folder = builtOnce('python', [pythonClient], (folder) => {
    run('python3', ['-m', 'venv', folder])
    run(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', pythonClient])
  })
  return join(folder, 'bin/python')
}

export async function installClients(): Promise<InstalledClients> {
  const classPath = await oracleClassPath()
  const python = installPython()
  const goFolder = join(drivers, 'go')
  const goSources = readdirSync(goFolder).map((name) => readFileSync(join(goFolder, name), 'utf8'))
  const go = builtOnce('go', goSources, (folder) => run('go', ['build', '-o', join(folder, 'driver'), '.'], goFolder))
  const javaSource = join(drivers, 'Driver.java')
  const java = builtOnce('java', [readFileSync(javaSource, 'utf8'), classPath], (folder) =>
    run('javac', ['-cp', classPath, '-d', folder, javaSource])
  )
  return { python, goDriver: join(go, 'driver'), javaClasses: java }
}
