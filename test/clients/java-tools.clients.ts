// Apache Kafka's own command line tools, as their users call them.
import { expect, inject, it } from 'vitest'
import { runTool, spawnJava } from '../oracle/oracle.ts'
import { type ToolName, toolClasses } from '../oracle/tools.ts'

const bootstrap = inject('bootstrapServers')

async function tool(name: ToolName, args: readonly string[], input?: string): Promise<string> {
  const result = await runTool(name, ['--bootstrap-server', bootstrap, ...args], { input })
  expect(result.exitCode, `${name} ${args.join(' ')}\n${result.stdout}${result.stderr}`).toBe(0)
  return result.stdout.toString()
}

it('kafka-topics creates, lists, describes, alters and deletes', async () => {
  await tool('topics', [
    '--create',
    '--topic',
    'tools-topic',
    '--partitions',
    '2',
    '--config',
    'cleanup.policy=compact'
  ])
  expect(await tool('topics', ['--list'])).toContain('tools-topic')
  const described = await tool('topics', ['--describe', '--topic', 'tools-topic'])
  expect(described).toContain('PartitionCount: 2')
  expect(described).toContain('cleanup.policy=compact')
  await tool('topics', ['--alter', '--topic', 'tools-topic', '--partitions', '4'])
  expect(await tool('topics', ['--describe', '--topic', 'tools-topic'])).toContain('PartitionCount: 4')
  await tool('topics', ['--delete', '--topic', 'tools-topic'])
  expect(await tool('topics', ['--list'])).not.toContain('tools-topic')
})

it('kafka-console-producer and kafka-console-consumer pass lines on, and the group shows its lag', async () => {
  const produce = [
    '--topic',
    'tools-console',
    '--reader-property',
    'parse.key=true',
    '--reader-property',
    'key.separator=:'
  ]
  await tool('console-producer', produce, 'a:1\nb:2\na:3\n')
  const consume = [
    '--topic',
    'tools-console',
    '--from-beginning',
    '--max-messages',
    '3',
    '--group',
    'tools-group',
    '--timeout-ms',
    '20000'
  ]
  const read = await tool('console-consumer', [...consume, '--formatter-property', 'print.key=true'])
  expect(read.trim().split('\n').sort()).toEqual(['a\t1', 'a\t3', 'b\t2'])
  await tool('console-producer', produce, 'c:4\n')
  const described = await tool('consumer-groups', ['--describe', '--group', 'tools-group'])
  expect(described).toMatch(/tools-group\s+tools-console\s+0\s+3\s+4\s+1\s/)
  await tool('consumer-groups', [
    '--group',
    'tools-group',
    '--topic',
    'tools-console',
    '--reset-offsets',
    '--to-earliest',
    '--execute'
  ])
  expect(await tool('consumer-groups', ['--describe', '--group', 'tools-group'])).toMatch(
    /tools-console\s+0\s+0\s+4\s+4\s/
  )
  await tool('consumer-groups', ['--delete', '--group', 'tools-group'])
  expect(await tool('consumer-groups', ['--list'])).not.toContain('tools-group')
})

it('kafka-configs describes and alters, kafka-get-offsets and kafka-delete-records agree', async () => {
  await tool('topics', ['--create', '--topic', 'tools-offsets', '--partitions', '1'])
  await tool('configs', [
    '--alter',
    '--entity-type',
    'topics',
    '--entity-name',
    'tools-offsets',
    '--add-config',
    'retention.ms=86400000'
  ])
  expect(await tool('configs', ['--describe', '--entity-type', 'topics', '--entity-name', 'tools-offsets'])).toContain(
    'retention.ms=86400000'
  )
  await tool('console-producer', ['--topic', 'tools-offsets'], 'one\ntwo\nthree\n')
  expect((await tool('get-offsets', ['--topic', 'tools-offsets'])).trim()).toBe('tools-offsets:0:3')
})

it('the verifiable producer and consumer account for every record', async () => {
  const topic = 'tools-verifiable'
  const produced = await tool('verifiable-producer', ['--topic', topic, '--max-messages', '2000', '--acks', '-1'])
  const summary = JSON.parse(
    produced
      .trim()
      .split('\n')
      .findLast((line) => line.includes('"tool_data"')) as string
  )
  expect(summary).toMatchObject({ sent: 2000, acked: 2000 })
  const consumer = await spawnJava(toolClasses['verifiable-consumer'], [
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--group-id', 'tools-verifiable-group'],
    ...['--max-messages', '2000', '--reset-policy', 'earliest']
  ])
  let output = ''
  consumer.stdout?.on('data', (chunk: Buffer) => {
    output += chunk
  })
  const code = await new Promise((resolve) => consumer.once('close', resolve))
  expect(code).toBe(0)
  const consumed = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((event) => event.name === 'records_consumed')
    .reduce((total: number, event) => total + event.count, 0)
  expect(consumed).toBe(2000)
})
