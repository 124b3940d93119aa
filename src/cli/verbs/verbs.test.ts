// The verbs as a user runs them, each in a process of its own, against a broker in memory.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningBroker, startBroker } from '../../server.ts'

const root = join(import.meta.dirname, '../../..')
// Inside the project, so that packages are found.
const command = join(root, 'node_modules/.cache', `odradek-verbs-${process.pid}.mjs`)
const running = new Set<ChildProcess>()
let broker: RunningBroker

beforeAll(async () => {
  const main = `import { main } from './src/cli/main.ts'; await main(process.argv.slice(2))`
  await build({
    stdin: { contents: main, resolveDir: root, loader: 'ts' },
    outfile: command,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    define: { ODRADEK_VERSION: '"0.0.0"' },
    logLevel: 'error'
  })
  broker = await startBroker()
})

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

afterAll(async () => {
  rmSync(command, { force: true })
  await broker?.stop()
})

interface Verb {
  readonly child: ChildProcess
  stdout: string
  stderr: string
  readonly exited: Promise<number | null>
}

function start(words: readonly string[], input?: string | Buffer): Verb {
  const env = { PATH: process.env.PATH, KAFKA_BROKERS: `127.0.0.1:${broker.port}` }
  const child = spawn(process.execPath, [command, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  running.add(child)
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    })
  })
  const verb: Verb = { child, stdout: '', stderr: '', exited }
  child.stdout.on('data', (chunk) => {
    verb.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    verb.stderr += chunk
  })
  if (input !== undefined) child.stdin.end(input)
  return verb
}

async function run(
  words: string,
  input?: string | Buffer
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const verb = start(words.split(' '), input)
  return { code: await verb.exited, stdout: verb.stdout, stderr: verb.stderr }
}

async function output(words: string, input?: string | Buffer): Promise<string> {
  const { code, stdout, stderr } = await run(words, input)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

const json = async (words: string) => JSON.parse(await output(`${words} --json`))
const ndjson = (text: string) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}\n`).join('')

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe('topic', () => {
  it('creates, lists, describes, alters, grows and deletes', async () => {
    expect(await output('topic create life -p 2 -c retention.ms=1000')).toBe('created life (2 partitions)\n')
    expect(await json('topic ls')).toMatchObject([
      { name: 'life', partitions: 2, replicationFactor: 1, isInternal: false }
    ])
    await output('topic alter life retention.ms- cleanup.policy+=compact')
    const [described] = await json('topic describe life')
    expect(described.configs).toEqual([
      { name: 'cleanup.policy', value: 'delete,compact', source: 'DYNAMIC_TOPIC_CONFIG', isSensitive: false }
    ])
    expect(described.partitions).toMatchObject([
      { partition: 0, leader: 1, startOffset: 0, endOffset: 0 },
      { partition: 1 }
    ])
    expect(await output('topic add-partitions life -n 1')).toBe('life has 3 partitions\n')
    expect(await output('topic rm life')).toBe('deleted life\n')
    expect(await output('topic ls')).toBe('NAME  PARTITIONS  REPLICAS\n')
  })

  it('shows offsets, also by time, and trims', async () => {
    const lines = [100, 200, 300].map((timestamp) => `{"value":"x","timestamp":${timestamp}}\n`).join('')
    await output('produce trimmed --json', lines)
    expect(await json('topic offsets trimmed --at 150')).toEqual([
      { topic: 'trimmed', partition: 0, startOffset: 0, endOffset: 3, at: { offset: 1, timestampMs: 200 } }
    ])
    expect(await json('topic trim trimmed --to @250')).toMatchObject([{ previousStartOffset: 0, startOffset: 2 }])
    expect(await json('topic offsets trimmed')).toMatchObject([{ startOffset: 2, endOffset: 3 }])
  })

  it('tells each failure and goes on with the rest', async () => {
    await output('topic create twice')
    const created = await run('topic create twice once')
    expect(created).toMatchObject({ code: 1, stdout: 'created once (1 partition)\n' })
    expect(created.stderr).toContain("topic 'twice' was not created")
    await output('topic create twice --if-not-exists')
    expect(await run('topic rm twice gone')).toEqual({
      code: 1,
      stdout: 'deleted twice\n',
      stderr: "odradek: there is no topic 'gone'\n"
    })
    await output('topic rm gone --if-exists')
  })
})

describe('produce and consume', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('pass records on with codec %s', async (codec) => {
    await output(`produce codec-${codec} -k key -H a=1 -z ${codec}`, numbers(100))
    const records = ndjson(await output(`consume codec-${codec} -e --json`))
    expect(records.map(({ value }) => value)).toEqual(Array.from({ length: 100 }, (_, index) => String(index)))
    expect(records[0]).toMatchObject({ offset: 0, key: 'key', headers: [{ key: 'a', value: '1' }] })
  })

  it('copies what it consumed, bytes and tombstones included', async () => {
    await output('topic create original -p 3')
    await output('topic create copy -p 3')
    const values = Buffer.concat([Buffer.from('a:1\nb:'), Buffer.from([0xff, 0x00]), Buffer.from('\nc:\n')])
    await output('produce original -K : -Z', values)
    const original = await output('consume original -e --json')
    await output('produce copy --json', original)
    const copied = ndjson(await output('consume copy -e --json'))
    const withoutTopic = (records: object[]) => records.map((record) => JSON.stringify({ ...record, topic: '' })).sort()
    expect(withoutTopic(copied)).toEqual(withoutTopic(ndjson(original)))
    expect(copied.map(({ value, valueBase64 }) => valueBase64 ?? value)).toEqual(
      expect.arrayContaining(['1', '/wA=', null])
    )
  })

  it('starts where it is told', async () => {
    await output('produce places', numbers(10))
    const offsets = async (words: string) =>
      (await output(`consume places ${words} -f %o,`)).split(',').slice(0, -1).map(Number)
    expect(await offsets('-o +7 -e')).toEqual([7, 8, 9])
    expect(await offsets('-o -2 -e')).toEqual([8, 9])
    expect(await offsets('-o 4 -n 2')).toEqual([4, 5])
    expect(await offsets('-n 1')).toEqual([0])
    expect(await offsets('-o end -e')).toEqual([])
    expect(await offsets('-o @-1h -e')).toHaveLength(10)
    const beyond = await run('consume places -o 99 -n 1')
    expect(beyond).toMatchObject({ code: 1, stdout: '' })
    expect(beyond.stderr).toContain('offset 99 of places-0 is not in the log')
  })

  it('follows a topic until Ctrl-C', async () => {
    await output('topic create tail -p 2')
    const consumer = start(['consume', 'tail', '-o', 'start', '-f', '%v '])
    for (const value of ['a', 'b']) {
      await output('produce tail', value)
      await until(() => consumer.stdout.includes(value))
    }
    consumer.child.kill('SIGINT')
    expect(await consumer.exited).toBe(0)
    expect(consumer).toMatchObject({ stdout: 'a b ', stderr: '' })
  })

  it('goes on following when the broker comes back', async () => {
    const dataDirectory = mkdtempSync(join(tmpdir(), 'odradek-verbs-'))
    let other = await startBroker({ dataDirectory, topics: ['tail'] })
    const { port } = other
    const there = ['--bootstrap-server', `127.0.0.1:${port}`]
    try {
      const consumer = start(['consume', 'tail', '-o', 'start', '-f', '%v ', ...there])
      await output(`produce tail ${there.join(' ')}`, 'before')
      await until(() => consumer.stdout.includes('before'))
      await other.stop()
      other = await startBroker({ dataDirectory, port })
      await output(`produce tail ${there.join(' ')}`, 'after')
      await until(() => consumer.stdout.includes('after'))
      consumer.child.kill('SIGTERM')
      expect(await consumer.exited).toBe(0)
      expect(consumer).toMatchObject({ stdout: 'before after ', stderr: '' })
    } finally {
      await other.stop()
      rmSync(dataDirectory, { recursive: true })
    }
  })

  it('ends quietly when the reader goes away', async () => {
    await output('produce long', numbers(50_000))
    const consumer = start(['consume', 'long', '-o', 'start'])
    await until(() => consumer.stdout.length > 0)
    consumer.child.stdout?.destroy()
    expect(await consumer.exited).toBe(0)
    expect(consumer.stderr).toBe('')
  })

  it('says which line was wrong and how many were taken before', async () => {
    const result = await run('produce lines -K :', 'a:1\nb:2\nnothing\nc:3\n')
    expect(result).toMatchObject({
      code: 1,
      stderr: 'odradek: line 3: no key separator ":" in it (2 records were acknowledged)\n'
    })
  })
})

describe('groups', () => {
  it('commit what was printed, and can be described, moved and deleted', async () => {
    await output('produce work', numbers(10))
    expect(await output('consume work -g workers -n 4 -f %v')).toBe('0123')
    const [group] = await json('group describe workers')
    expect(group).toMatchObject({
      state: 'Empty',
      totalLag: 6,
      partitions: [{ committedOffset: 4, endOffset: 10, lag: 6 }]
    })
    expect(await output('consume work -g workers -e -f %v')).toBe('456789')
    expect(await json('group ls')).toMatchObject([{ groupId: 'workers', state: 'Empty', protocolType: 'consumer' }])
    expect(await json('group seek workers --to -3')).toEqual([{ topic: 'work', partition: 0, from: 10, to: 7 }])
    expect(await json('group seek others --to-group workers')).toEqual([
      { topic: 'work', partition: 0, from: null, to: 7 }
    ])
    expect(await output('consume work -g others -e -f %v')).toBe('789')
    expect(await output('group rm workers others')).toBe('deleted workers\ndeleted others\n')
    expect(await run('group describe workers')).toMatchObject({
      code: 1,
      stderr: "odradek: there is no group 'workers'\n"
    })
  })

  it('share the partitions, and hand them over when a member stops', async () => {
    await output('topic create shared -p 4')
    const words = ['consume', 'shared', '-g', 'team', '-o', 'start', '-f', '%p ', '-X', 'heartbeat.interval.ms=50']
    const members = [start(words), start(words)]
    const assigned = async () => {
      const { stdout } = await run('group describe team --json')
      const [group] = stdout === '' ? [undefined] : JSON.parse(stdout)
      return group?.members?.map(({ assignment }: { assignment: unknown[] }) => assignment.length) ?? []
    }
    while (String(await assigned()) !== '2,2') await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await run('group seek team --to start')).stderr).toContain(
      "group 'team' has 2 members: stop its consumers first"
    )
    const lines = [0, 1, 2, 3].map((partition) => `{"value":"x","partition":${partition}}\n`).join('')
    await output('produce shared --json', lines)
    await until(() => members.every(({ stdout }) => stdout.length === 4))
    members[0].child.kill('SIGINT')
    expect(await members[0].exited).toBe(0)
    while (String(await assigned()) !== '4') await new Promise((resolve) => setTimeout(resolve, 50))
    await output('produce shared --json', lines)
    await until(() => members[1].stdout.length === 12)
    members[1].child.kill('SIGINT')
    expect(await members[1].exited).toBe(0)
    // What the first had printed was committed before the second took over.
    const printed = members
      .map(({ stdout }) => stdout)
      .join('')
      .trim()
      .split(' ')
      .sort()
      .join('')
    expect(printed).toBe('00112233')
    expect((await json('group describe team'))[0].totalLag).toBe(0)
  })
})

it('reads and changes configs', async () => {
  await output('topic create configured')
  await output('config set topic/configured retention.ms=5')
  expect(await output('config get topic/configured retention.ms')).toBe(
    'NAME          VALUE  ORIGIN\nretention.ms  5      topic\n'
  )
  const [entry] = await json('config get topic/configured retention.ms')
  expect(entry).toMatchObject({ type: 'LONG', source: 'DYNAMIC_TOPIC_CONFIG', isReadOnly: false })
  const refused = await run('config set topic/configured no.such=1')
  expect(refused).toMatchObject({ code: 1, stderr: 'odradek: topic/configured: Unknown topic config name: no.such\n' })
  expect((await run('config get topic/configured nothing')).stderr).toContain(
    "topic/configured has no config 'nothing'"
  )
})

describe('failures', () => {
  it('name the fix when there is no broker', async () => {
    const result = await run('topic ls --bootstrap-server 127.0.0.1:1')
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/^odradek: connection refused to 127\.0\.0\.1:1: is a broker running\? .*\n$/)
  })

  it.each([
    'consume x -o nowhere',
    'consume x -f %z',
    'consume x --json -f %v',
    'consume x:0 -g g',
    'produce x -z rar',
    'produce x --acks 2',
    'topic create x -p none',
    'topic add-partitions x',
    'topic ls -X no.such=1',
    'group seek g',
    'config get nothing',
    'config set topic/x nothing',
    'dump-log package.json'
  ])('of usage end with code 2 and one line: %s', async (words) => {
    const result = await run(words, '')
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toMatch(/^odradek: .+\n$/)
  })

  it('are one line for a topic that is not there', async () => {
    for (const words of ['consume gone -e', 'topic describe gone', 'topic offsets gone', 'topic trim gone --to end']) {
      expect(await run(words)).toEqual({ code: 1, stdout: '', stderr: "odradek: there is no topic 'gone'\n" })
    }
  })
})

it('gives an example in the help of every verb', async () => {
  const verbs = ['produce', 'consume', 'dump-log', 'config get', 'config set']
  for (const word of ['ls', 'describe', 'create', 'alter', 'add-partitions', 'rm', 'trim', 'offsets'])
    verbs.push(`topic ${word}`)
  for (const word of ['ls', 'describe', 'seek', 'rm']) verbs.push(`group ${word}`)
  const helps = await Promise.all(verbs.map((verb) => output(`${verb} --help`)))
  for (const [index, verb] of verbs.entries()) expect(helps[index]).toContain(`odradek ${verb}`)
})
