// The first contact with a topic never fails: what Apache Kafka lets clients retry, the application does not even see.
import { afterEach, expect, inject, it } from 'vitest'
import { type ClientName, eventually, produce, produceFirst, type RunningDriver, startDriver } from './driver.ts'
import { keyed } from './records.ts'

const bootstrap = inject('bootstrapServers')
// Apache Kafka answers such requests with errors that clients retry.
const ours = it.skipIf(process.env.ODRADEK_TARGET === 'apache')
const topicCount = 100
let member: RunningDriver | undefined

afterEach(async () => {
  await member?.kill()
  member = undefined
})

const producers: readonly ClientName[] = ['kafkajs', 'java', 'librdkafka', 'franz-go']
ours.each(producers)('%s produces to new topics at its first try', async (client) => {
  const seen = await produceFirst(client, bootstrap, `first-${client}`, topicCount)
  expect(seen).toEqual({ event: 'first', acknowledged: topicCount, failures: [] })
})

// librdkafka's consumer asks first whether the topic exists, without letting it be created, and reports that it does not.
const subscribers: readonly ClientName[] = ['kafkajs', 'java']
ours.each(subscribers)('%s subscribes to a topic that nobody made', async (client) => {
  const topic = `first-subscribed-${client}`
  const started = await startDriver(client, bootstrap, ['group', topic, `${topic}-g`])
  member = started
  await eventually([started], () => started.assignment()?.length === 1, 'the new topic is assigned')
  await produce('franz-go', bootstrap, { topic, records: keyed(client, 0, 10, 1) })
  await eventually([started], () => started.records().length === 10, 'its records are read')
})
