// Transactions as clients use them: Apache Kafka's Java producer and its transactions tool, and kafkajs in a loop that
// consumes, transforms and produces.
import { Kafka, logLevel } from 'kafkajs'
import { expect, inject, it } from 'vitest'
import { runTool } from '../oracle/oracle.ts'
import type { ToolName } from '../oracle/tools.ts'
import { beginTransaction, type ClientName } from './driver.ts'

const bootstrap = inject('bootstrapServers')

async function tool(name: ToolName, args: readonly string[]): Promise<string> {
  const result = await runTool(name, ['--bootstrap-server', bootstrap, ...args])
  expect(result.exitCode, `${name} ${args.join(' ')}\n${result.stdout}${result.stderr}`).toBe(0)
  return result.stdout.toString()
}

it.each(['kafkajs', 'java', 'librdkafka', 'franz-go'] as ClientName[])('%s begins a transaction', async (client) => {
  expect((await beginTransaction(client, bootstrap, `transactions-${client}`)) ?? null).toBeNull()
})

it('the Java producer commits transactions that kafka-transactions shows', async () => {
  await tool('topics', ['--create', '--topic', 'tx-java', '--partitions', '3'])
  const size = ['--num-records', '2000', '--record-size', '100', '--throughput', '-1']
  const transaction = ['--transactional-id', 'perf', '--transaction-duration-ms', '20']
  await tool('producer-perf-test', ['--topic', 'tx-java', ...size, ...transaction])
  const read = ['--topic', 'tx-java', '--from-beginning', '--isolation-level', 'read_committed']
  const lines = await tool('console-consumer', [...read, '--max-messages', '2000', '--timeout-ms', '20000'])
  expect(lines.trimEnd().split('\n').length).toBe(2000)
  expect(await tool('transactions', ['list'])).toMatch(/perf\s+\d+\s+\d+\s+CompleteCommit/)
  expect(await tool('transactions', ['describe', '--transactional-id', 'perf'])).toContain('CompleteCommit')
})

it('kafkajs consumes, transforms and produces exactly once', async () => {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'tx-in' }, { topic: 'tx-out' }] })
  const input = kafka.producer()
  await input.connect()
  await input.send({ topic: 'tx-in', messages: Array.from({ length: 20 }, (_, i) => ({ value: String(i) })) })
  const producer = kafka.producer({ transactionalId: 'loop', maxInFlightRequests: 1, idempotent: true })
  await producer.connect()
  for (let i = 0; i < 20; i++) {
    // Every other round first fails: what it wrote is never seen, nor the offset that it committed.
    for (const isKept of i % 2 === 0 ? [true] : [false, true]) {
      const transaction = await producer.transaction()
      await transaction.send({ topic: 'tx-out', messages: [{ value: `${i} ${isKept}` }] })
      const topics = [{ topic: 'tx-in', partitions: [{ partition: 0, offset: String(isKept ? i + 1 : 1000) }] }]
      await transaction.sendOffsets({ consumerGroupId: 'tx-group', topics })
      if (isKept) await transaction.commit()
      else await transaction.abort()
    }
  }
  const [{ partitions }] = await admin.fetchOffsets({ groupId: 'tx-group', topics: ['tx-in'] })
  expect(partitions[0].offset).toBe('20')
  const consumer = kafka.consumer({ groupId: 'tx-reader' })
  await consumer.connect()
  await consumer.subscribe({ topic: 'tx-out', fromBeginning: true })
  const seen: string[] = []
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        seen.push(String(message.value))
        if (seen.length === 20) resolve()
      }
    })
  })
  expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => `${i} true`))
  await Promise.all([consumer.disconnect(), producer.disconnect(), input.disconnect(), admin.disconnect()])
})
