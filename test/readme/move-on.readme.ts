// "Whoever outgrows it moves on: the data directory is one of Apache Kafka's." Records, topics, configs and committed
// offsets move to Apache Kafka 4.3.1 with the directory, and back again with what was added there.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startOdradek } from '../broker/odradek-process.ts'
import { startApacheKafka } from '../oracle/oracle.ts'

const command = join(import.meta.dirname, '../../bin/odradek.js')

/** The command against one broker; what it printed. */
function odradek(bootstrapServers: string, words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = [command, ...words, '--bootstrap-server', bootstrapServers]
    const child = execFile(process.execPath, args, { timeout: 30_000 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${words.join(' ')}: ${stderr}${error.message}`))
    )
    child.stdin?.end(input)
  })
}

const FORMAT = '%p %o %k=%v\n'
const everything = (broker: string) => odradek(broker, ['consume', 'orders', '-o', 'start', '-e', '-f', FORMAT])
const sorted = (text: string) => text.trim().split('\n').toSorted()
const next = (broker: string) => odradek(broker, ['consume', 'orders', '-g', 'kitchen', '-n', '1', '-f', '%v\n'])

test('a data directory moves to Apache Kafka and back', { timeout: 120_000 }, async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'odradek-move-'))
  onTestFinished(() => rmSync(dataDirectory, { recursive: true, force: true }))
  let broker = await startOdradek({ dataDirectory })
  onTestFinished(() => broker.kill())
  let at = broker.bootstrapServers
  await odradek(at, ['topic', 'create', 'orders', '-p', '1', '-c', 'retention.ms=-1'])
  await odradek(at, ['produce', 'orders', '-K', ':', '-z', 'lz4'], 'alice:coffee\nbob:tea\n')
  await odradek(at, ['group', 'seek', 'kitchen', '--topic', 'orders', '--to', '1'])
  await broker.stop()

  const apache = await startApacheKafka({ dataDirectory })
  onTestFinished(() => apache.kill())
  at = apache.bootstrapServers
  expect(sorted(await everything(at))).toEqual(['0 0 alice=coffee', '0 1 bob=tea'])
  expect(await odradek(at, ['config', 'get', 'topic/orders'])).toContain('retention.ms')
  expect(await next(at)).toBe('tea\n')
  await odradek(at, ['produce', 'orders', '-K', ':'], 'carol:cake\n')
  await odradek(at, ['topic', 'create', 'made-there'])
  await apache.stop()

  broker = await startOdradek({ dataDirectory })
  at = broker.bootstrapServers
  expect(sorted(await everything(at))).toEqual(['0 0 alice=coffee', '0 1 bob=tea', '0 2 carol=cake'])
  expect(await next(at)).toBe('cake\n')
  expect(await odradek(at, ['topic', 'ls'])).toContain('made-there')
  expect(await broker.stop()).toBe(0)
})
