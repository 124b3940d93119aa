// The built command in processes of its own: ready line, exit codes, signals, port file.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const command = join(root, 'bin/odradek.js')
const folder = mkdtempSync(join(tmpdir(), 'odradek-cli-'))

beforeAll(() => {
  if (existsSync(join(root, 'dist/command/odradek.js'))) return
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--command-only'])
})

interface Run {
  readonly child: ChildProcess
  stdout: string
  stderr: string
  readonly exited: Promise<number | null>
}

const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

function run(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
  const env = { PATH: process.env.PATH, HOME: folder, ...environment }
  const child = spawn(process.execPath, [command, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  const result: Run = { child, stdout: '', stderr: '', exited }
  child.stdout.on('data', (chunk) => {
    result.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    result.stderr += chunk
  })
  return result
}

async function ready(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const started = run(['start', ...words], environment)
  const line = await new Promise<string>((resolve, reject) => {
    started.child.stdout?.on('data', () => started.stdout.includes('\n') && resolve(started.stdout))
    started.exited.then((code) => reject(new Error(`exit code ${code}: ${started.stderr}`)))
  })
  return { ...started, started, event: JSON.parse(line) as { port: number; bootstrapServers: string; dataDir: string } }
}

async function ended(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const result = run(words, environment)
  return { code: await result.exited, stdout: result.stdout, stderr: result.stderr }
}

test('one ready line, a port file that is there only while it serves, and a clean end', async () => {
  const portFile = join(folder, 'port')
  writeFileSync(portFile, 'stale')
  const { child, exited, event, started } = await ready(['--memory', '--port', '0', '--port-file', portFile])
  expect(event).toEqual({
    event: 'ready',
    port: expect.any(Number),
    bootstrapServers: `localhost:${event.port}`,
    dataDir: null,
    ms: expect.any(Number)
  })
  expect(readFileSync(portFile, 'utf8')).toBe(`${event.port}\n`)
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(existsSync(portFile)).toBe(false)
  expect(started.stdout.trim().split('\n').length).toBe(1)
  expect(started.stderr).toBe('')
})

test('SIGINT ends it cleanly too, and the directory can be used again', async () => {
  const data = join(folder, 'again')
  for (let start = 0; start < 2; start++) {
    const { child, exited, event } = await ready(['--data', data, '--port', '0', '--topic', 'orders:3'])
    expect(event.dataDir).toBe(data)
    child.kill('SIGINT')
    expect(await exited).toBe(0)
  }
  expect(existsSync(join(data, 'orders-2'))).toBe(true)
  expect(existsSync(join(data, '.kafka_cleanshutdown'))).toBe(true)
})

test('a second signal forces the end of a stop that waits', async () => {
  const { child, exited, event } = await ready(['--memory', '--port', '0', '--topic', 't'])
  // Asks for more than the socket holds and never reads: the stop waits for this client.
  const socket = connect(event.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  const apiVersions = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff])
  for (let count = 0; count < 40_000; count++) socket.write(apiVersions)
  await new Promise((resolve) => setTimeout(resolve, 300))
  child.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(child.exitCode).toBeNull()
  child.kill('SIGTERM')
  expect(await exited).toBe(1)
  socket.destroy()
})

test('a port in use: code 3 and a line that names another', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const data = join(folder, 'untouched')
  const { code, stderr, stdout } = await ended(['start', '--data', data, '--port', String(port)])
  server.close()
  expect(code).toBe(3)
  expect(stdout).toBe('')
  expect(stderr).toMatch(new RegExp(`^odradek: port ${port} of 127\\.0\\.0\\.1 is in use: .*--port ${port + 1}.*\\n$`))
  expect(existsSync(data)).toBe(false)
})

test('a data directory in use: code 4 and a line that names who has it', async () => {
  const data = join(folder, 'busy')
  const { child, exited } = await ready(['--data', data, '--port', '0'])
  const { code, stderr } = await ended(['--data', data, '--port', '0'])
  expect(code).toBe(4)
  expect(stderr).toMatch(
    new RegExp(`^odradek: ${data}.* in use by another broker \\(pid ${child.pid}\\): .*--data DIR.*\\n$`)
  )
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
})

test.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
  ['an unknown flag', ['start', '--prot', '1'], {}, /unknown option '--prot'.*--port/s],
  ['a port that is none', ['start', '--port', '70000'], {}, /--port.*70000.*0 to 65535/s],
  ['an unknown verb', ['strat'], {}, /too many arguments|unknown command.*start/s],
  ['a missing file', ['start', '--config', '/nowhere.properties'], {}, /\/nowhere\.properties \(ENOENT\).*--config/],
  ['memory and a directory', ['--memory', '--data', '/tmp/x'], {}, /--memory .* --data DIR/],
  ['a bad override', ['start', '--override', 'x'], {}, /--override x is not KEY=VALUE/],
  ['a refused value', ['start', '--override', 'num.partitions=0'], {}, /num\.partitions.*at least 1 \(--override\)/],
  ['a refused variable', ['start'], { KAFKA_NUM_PARTITIONS: 'x' }, /num\.partitions.*\(KAFKA_NUM_PARTITIONS\)/],
  ['a topic that is none', ['start', '--memory', '--topic', 'a:x'], {}, /"a:x".*name\[:partitions/],
  [
    'a topic config that is refused',
    ['start', '--memory', '--port', '0', '--topic', 'a:1:retention.ms=x'],
    {},
    /retention\.ms/
  ],
  ['TLS', ['start', '--override', 'listeners=SSL://:0'], {}, /SSL.*PLAINTEXT/],
  ['a log level that is none', ['start', '--log-level', 'loud'], {}, /--log-level loud.*debug, info/],
  ['several directories', ['start', '--override', 'log.dirs=/a,/b'], {}, /log\.dirs names 2 directories.*--data DIR/]
])('%s is wrong usage: code 2 and one line', async (_, words, environment, message) => {
  const { code, stderr, stdout } = await ended(words, environment)
  expect(stderr).toMatch(message)
  expect(code).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^odradek: /)
  expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
})

test('a directory that cannot be made: code 1 and one line', async () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  const { code, stderr } = await ended(['start', '--port', '0', '--data', join(file, 'data')])
  expect(code).toBe(1)
  expect(stderr).toMatch(/^odradek: .*ENOTDIR.*--data DIR\n$/)
})

test('an unknown config warns with the nearest name and does not stop the start', async () => {
  const { child, exited, started } = await ready(['--memory', '--port', '0', '--override', 'num.partition=3'])
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(JSON.parse(started.stderr)).toMatchObject({
    level: 40,
    msg: expect.stringMatching(/num\.partition .*num\.partitions\?/)
  })
})

test('a config that is missed warns with the reason, once; a needless or default one does not', async () => {
  const settings = ['ssl.keystore.location=/k', 'authorizer.class.name=A', 'num.io.threads=2', 'log.cleaner.threads=1']
  const words = ['--memory', '--port', '0', ...settings.flatMap((setting) => ['--override', setting])]
  const { child, exited, started } = await ready(words)
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  const warnings = started.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg)
  expect(warnings).toEqual([
    'No effect here: ssl.keystore.location, authorizer.class.name. TLS, SASL, ACLs and delegation tokens are not there yet.'
  ])
})

test('the compose file of the apache/kafka image starts as it is', async () => {
  const environment = {
    KAFKA_NODE_ID: '1',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PLAINTEXT_HOST:PLAINTEXT',
    KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT_HOST://localhost:9092,PLAINTEXT://broker:19092',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@broker:29093',
    KAFKA_LISTENERS: 'CONTROLLER://:29093,PLAINTEXT_HOST://:0,PLAINTEXT://:0',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'PLAINTEXT',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    CLUSTER_ID: '4L6g3nShT-eMCtK--X86sw',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
    KAFKA_LOG_DIRS: join(folder, 'kraft-combined-logs')
  }
  const { child, exited, event, started } = await ready([], environment)
  expect(event.bootstrapServers).toBe('localhost:9092,broker:19092')
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(readFileSync(join(environment.KAFKA_LOG_DIRS, 'meta.properties'), 'utf8')).toContain(environment.CLUSTER_ID)
  expect(started.stderr).not.toMatch(/Unknown config|No effect/)
})

test('config --show-origin names the source of every value', async () => {
  const file = join(folder, 'server.properties')
  writeFileSync(file, 'num.partitions=2\nlog.retention.hours=24\nssl.key.password=secret\nfoo=bar\n')
  const words = ['config', '--show-origin', '--config', file, '--override', 'log.retention.hours=1', '--port', '7']
  const { code, stdout, stderr } = await ended(words, { KAFKA_NUM_PARTITIONS: '3' })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const lines = stdout.split('\n')
  expect(lines).toContain('num.partitions=3  # environment (KAFKA_NUM_PARTITIONS)')
  expect(lines).toContain('log.retention.hours=1  # override (--override)')
  expect(lines).toContain('listeners=PLAINTEXT://localhost:7  # flag (--port)')
  expect(lines).toContain(`ssl.key.password=[hidden]  # file (${file})`)
  expect(lines).toContain('message.max.bytes=1048588  # default')
  expect(lines).toContain(`foo=bar  # file (${file}, unknown name)`)
  const json = await ended([...words, '--json'], { KAFKA_NUM_PARTITIONS: '3' })
  const entry = { name: 'num.partitions', value: '3', origin: 'environment', source: 'KAFKA_NUM_PARTITIONS' }
  expect(JSON.parse(json.stdout)).toContainEqual(entry)
})

test('--version says what it is, every help has an example', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  expect((await ended(['--version'])).stdout).toBe(`${version}\n`)
  for (const verb of ['start', 'config', 'config get', 'topic ls', 'produce', 'consume', 'group ls', 'dump-log']) {
    const { code, stdout } = await ended([...verb.split(' '), '--help'])
    expect(code, verb).toBe(0)
    expect(stdout, verb).toMatch(/Examples?:\n\s+\$ /)
  }
  const all = await ended(['--help'])
  expect(all.stdout).toMatch(/start.*config.*topic.*produce.*consume.*group.*dump-log/s)
})
