// A broker under load: a process with a port, whoever wrote it.

import { errorName } from '../src/error-codes.ts'
import { createTopics } from '../src/protocol/messages/create-topics.ts'
import { startOdradek } from '../test/broker/odradek-process.ts'
import { startApacheKafka } from '../test/oracle/oracle.ts'
import { CREATE_TOPICS_VERSION, createTopicFrame } from './frames.ts'
import { LoadConnection } from './load-connection.ts'
import { type Usage, usageOf } from './process-usage.ts'

export interface Target {
  readonly name: 'Odradek' | 'Apache Kafka'
  readonly port: number
  readonly pid: number
  stop(): Promise<unknown>
}

export async function startTarget(name: Target['name'], overrides: Record<string, string> = {}): Promise<Target> {
  const broker =
    name === 'Odradek'
      ? await startOdradek({ overrides })
      : await startApacheKafka({ overrides, jvmArguments: ['-Xmx1G', '-Xms1G', '-XX:+UseG1GC'] })
  return { name, port: broker.port, pid: broker.pid, stop: () => broker.stop() }
}

export const usage = (target: Target): Usage => usageOf(target.pid)

let topicCount = 0

/** A new topic, ready to use: Apache Kafka answers the creation before its partitions lead. */
export async function newTopic(target: Target, numPartitions: number): Promise<string> {
  const topic = `bench-${process.pid}-${topicCount++}`
  const connection = await LoadConnection.open(target.port)
  const response = await connection.request(createTopicFrame(topic, numPartitions), createTopics, CREATE_TOPICS_VERSION)
  connection.close()
  const { errorCode, errorMessage } = response.topics[0]
  if (errorCode !== 0) throw new Error(`create ${topic}: ${errorName(errorCode)} ${errorMessage}`)
  await new Promise((resolve) => setTimeout(resolve, target.name === 'Odradek' ? 0 : 1500))
  return topic
}
