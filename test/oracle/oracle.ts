// Apache Kafka 4.3.1 as the measure of the tests: its broker on a free port, its tools, any Java program on its class path.
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './free-port.ts'
import { oracleClassPath } from './install.ts'
import { type ToolName, toolClasses } from './tools.ts'

export interface JavaResult {
  exitCode: number
  stdout: Buffer
  stderr: string
}

export interface JavaOptions {
  input?: Buffer | string
  jvmArguments?: readonly string[]
  timeoutMs?: number
  signal?: AbortSignal
}

const quietJvm = ['-Xmx512M', '-XX:TieredStopAtLevel=1', '-Doracle.log=warn']

/** Starts `java` on Apache Kafka's class path; `main` is a class name or the path of a single .java file. */
export async function spawnJava(
  main: string,
  args: readonly string[],
  options: JavaOptions = {}
): Promise<ChildProcess> {
  const jvmArguments = options.jvmArguments ?? quietJvm
  return spawn('java', [...jvmArguments, '-cp', await oracleClassPath(), main, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: options.signal
  })
}

/** Runs a Java program to its end. A non-zero exit code is a result, not an error. */
export async function runJava(main: string, args: readonly string[], options: JavaOptions = {}): Promise<JavaResult> {
  const child = await spawnJava(main, args, options)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin?.on('error', () => {}) // the program may end without reading its input
  child.stdin?.end(options.input ?? '')
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000)
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? -1))
  }).finally(() => clearTimeout(timer))
  return { exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}

/** Runs one of Apache Kafka's tools, e.g. runTool('topics', ['--bootstrap-server', ..., '--list']). */
export function runTool(name: ToolName, args: readonly string[], options: JavaOptions = {}): Promise<JavaResult> {
  return runJava(toolClasses[name], args, options)
}

export interface ApacheKafkaOptions {
  /** server.properties on top of the single-node defaults below. */
  overrides?: Readonly<Record<string, string>>
  /** An existing `log.dirs` is booted as it is; left out, a new one is formatted and removed at stop. */
  dataDirectory?: string
  clusterId?: string
  port?: number
  jvmArguments?: readonly string[]
  formatArguments?: readonly string[]
}

export interface ApacheKafka {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly bootstrapServers: string
  readonly dataDirectory: string
  readonly logFile: string
  readonly pid: number
  stop(): Promise<void>
  kill(): Promise<void>
}

function serverProperties(port: number, controllerPort: number, dataDirectory: string): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': dataDirectory,
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0'
  }
}

const propertiesText = (properties: Record<string, string>) =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

async function formatWhenNew(dataDirectory: string, configFile: string, options: ApacheKafkaOptions): Promise<void> {
  if (existsSync(join(dataDirectory, 'meta.properties'))) return
  const clusterId = options.clusterId ?? 'b2RyYWRlay1vcmFjbGUtMQ'
  const args = ['format', '-t', clusterId, '-c', configFile, ...(options.formatArguments ?? [])]
  const result = await runTool('storage', args)
  if (result.exitCode !== 0) throw new Error(`kafka-storage format failed: ${result.stdout}${result.stderr}`)
}

/** Resolves when the broker answers; rejects with the end of its log when it does not come up. */
async function untilStarted(child: ChildProcess, logFile: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : ''
    if (log.includes('Kafka Server started')) return
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`Apache Kafka did not start:\n${log.split('\n').slice(-30).join('\n')}`)
    }
    await new Promise((done) => setTimeout(done, 100))
  }
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  const forced = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const ended = new Promise<void>((done) => child.once('close', () => done())).finally(() => clearTimeout(forced))
  child.kill(signal)
  return ended
}

/** A combined broker and controller, node 1, listening on 127.0.0.1. */
export async function startApacheKafka(options: ApacheKafkaOptions = {}): Promise<ApacheKafka> {
  const workDirectory = mkdtempSync(join(tmpdir(), 'apache-kafka-'))
  const dataDirectory = options.dataDirectory ?? join(workDirectory, 'data')
  await mkdir(dataDirectory, { recursive: true })
  const [freePort, controllerPort] = await freePorts(2)
  const port = options.port ?? freePort
  const configFile = join(workDirectory, 'server.properties')
  const properties = { ...serverProperties(port, controllerPort, dataDirectory), ...options.overrides }
  writeFileSync(configFile, propertiesText(properties))
  await formatWhenNew(dataDirectory, configFile, options)

  const logFile = join(workDirectory, 'server.log')
  const jvmArguments = options.jvmArguments ?? ['-Xmx512M', '-XX:+UseG1GC']
  const child = await spawnJava('kafka.Kafka', [configFile], { jvmArguments })
  child.stdin?.end()
  const log = createWriteStream(logFile)
  child.stdout?.pipe(log, { end: false })
  child.stderr?.pipe(log, { end: false })
  // A test run that dies must not leave a broker behind.
  const killOnExit = () => child.kill('SIGKILL')
  process.once('exit', killOnExit)
  const cleanUp = () => {
    process.off('exit', killOnExit)
    log.end()
    rmSync(workDirectory, { recursive: true, force: true })
  }
  try {
    await untilStarted(child, logFile, 120_000)
  } catch (error) {
    cleanUp()
    throw error
  }
  const stopWith = (signal: 'SIGTERM' | 'SIGKILL') => async () => {
    await end(child, signal)
    cleanUp()
  }
  return {
    host: '127.0.0.1',
    port,
    bootstrapServers: `127.0.0.1:${port}`,
    dataDirectory,
    logFile,
    pid: child.pid as number,
    stop: stopWith('SIGTERM'),
    kill: stopWith('SIGKILL')
  }
}
