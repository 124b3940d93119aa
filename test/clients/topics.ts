// Topics made and commits watched by a client that is not under test in that step.
import { Kafka, logLevel } from 'kafkajs'

export async function createTopic(
  bootstrap: string,
  topic: string,
  numPartitions: number,
  configs: Readonly<Record<string, string>> = {}
): Promise<void> {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }))
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions, configEntries }] })
  await admin.disconnect()
}

/** Resolves when the group's committed offsets of the topic add up to `total`. */
export async function untilCommitted(bootstrap: string, groupId: string, topic: string, total: number): Promise<void> {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const deadline = Date.now() + 20_000
  let committed = -1
  while (committed !== total) {
    if (Date.now() > deadline) throw new Error(`${groupId} committed ${committed} of ${total} records of ${topic}`)
    const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] })
    committed = partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
  }
  await admin.disconnect()
}
