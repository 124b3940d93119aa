// Consumer groups of every client: work is split, a killed member's share moves on, a new one resumes at the commit.
import { afterEach, describe, expect, inject, it } from 'vitest'
import { type ClientName, clientNames, eventually, produce, type RunningDriver, startDriver } from './driver.ts'
import { keyed } from './records.ts'
import { createTopic, untilCommitted } from './topics.ts'

const bootstrap = inject('bootstrapServers')
const partitions = 6
let members: RunningDriver[] = []

afterEach(async () => {
  await Promise.all(members.map((member) => member.kill()))
  members = []
})

async function join(client: ClientName, topic: string, group: string): Promise<RunningDriver> {
  const member = await startDriver(client, bootstrap, ['group', topic, group])
  members.push(member)
  return member
}

const keysRead = (drivers: readonly RunningDriver[]) =>
  drivers.flatMap((driver) => driver.records().map(({ key }) => key))
const keysOf = (records: readonly { key: string | null }[]) => records.map(({ key }) => key)

describe.each(clientNames)('a group of %s', (client) => {
  it('splits the work, survives a killed member and resumes from the committed offsets', async () => {
    const topic = `group-${client}`
    const group = `${topic}-g`
    await createTopic(bootstrap, topic, partitions)
    const first = await join(client, topic, group)
    await eventually([first], () => first.assignment()?.length === partitions, 'the only member has all partitions')
    const second = await join(client, topic, group)
    const pair = [first, second]
    // A cooperative member's event names only what it gained: what counts is that both read, and each record once.
    await eventually(
      pair,
      () => (second.assignment()?.length ?? 0) === partitions / 2,
      'the second member has its half'
    )

    const morning = keyed(client, 0, 300, partitions)
    await produce('kafkajs', bootstrap, { topic, records: morning })
    await eventually(pair, () => keysRead(pair).length >= morning.length, 'both together read everything')
    expect(keysRead(pair).sort()).toEqual(keysOf(morning).sort())
    expect(first.records().length).toBe(150)
    expect(second.records().length).toBe(150)

    await untilCommitted(bootstrap, group, topic, morning.length)
    await second.kill()
    const noon = keyed(client, 300, 300, partitions)
    await produce('kafkajs', bootstrap, { topic, records: noon })
    await eventually([first], () => first.records().length >= 150 + noon.length, 'the survivor takes over')
    expect(keysRead([first]).slice(150).sort()).toEqual(keysOf(noon).sort())

    await first.terminate()
    const evening = keyed(client, 600, 60, partitions)
    await produce('kafkajs', bootstrap, { topic, records: evening })
    const third = await join(client, topic, group)
    await eventually([third], () => third.records().length >= evening.length, 'a new member resumes')
    expect(keysRead([third]).sort()).toEqual(keysOf(evening).sort())
    await third.terminate()
  })
})
