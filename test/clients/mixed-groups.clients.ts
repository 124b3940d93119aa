// Members of different clients share one group when they have an assignment strategy in common.
import { afterEach, expect, inject, it } from 'vitest'
import { type ClientName, eventually, produce, type RunningDriver, startDriver } from './driver.ts'
import { keyed } from './records.ts'
import { createTopic } from './topics.ts'

const bootstrap = inject('bootstrapServers')
const partitions = 6
let members: RunningDriver[] = []

afterEach(async () => {
  await Promise.all(members.map((member) => member.kill()))
  members = []
})

async function join(client: ClientName, topic: string): Promise<RunningDriver> {
  const member = await startDriver(client, bootstrap, ['group', topic, `${topic}-g`])
  members.push(member)
  return member
}

it.each<[ClientName, ClientName, string]>([
  ['java', 'librdkafka', 'range'],
  ['java', 'franz-go', 'cooperative-sticky']
])('%s and %s share the work by %s', async (one, other, strategy) => {
  const topic = `mixed-${strategy}`
  await createTopic(bootstrap, topic, partitions)
  const first = await join(one, topic)
  await eventually([first], () => first.assignment()?.length === partitions, 'the only member has all partitions')
  const second = await join(other, topic)
  await eventually(members, () => second.assignment()?.length === partitions / 2, 'the second member has its half')

  await produce('kafkajs', bootstrap, { topic, records: keyed(topic, 0, 300, partitions) })
  await eventually(members, () => members.every((member) => member.records().length >= 150), 'both read their half')
  const keys = members.flatMap((member) => member.records().map(({ key }) => key))
  expect(keys.length).toBe(300)
  expect(new Set(keys).size).toBe(300)
})
