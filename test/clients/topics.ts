// Topics for the client tests, made by a client that is not under test in that step.
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
