// DescribeLogDirs (KIP-113): what each partition takes on disk. There is one log directory.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { describeLogDirs } from '../protocol/messages/describe-log-dirs.ts'
import type { RequestOf } from '../protocol/schema.ts'
import { handler } from './handler.ts'

type Request = RequestOf<typeof describeLogDirs>

export const describeLogDirsHandler = handler(describeLogDirs, {
  versions: '1-5',
  access: [{ operation: 'DESCRIBE', resource: 'CLUSTER' }],
  handle: (request, broker) => ({
    errorCode: ErrorCode.NONE,
    // The size of the volume stays -1, "not known".
    results: [{ errorCode: ErrorCode.NONE, logDir: broker.logs.path, topics: topicsOf(request, broker) }]
  })
})

function topicsOf(request: Request, broker: Broker) {
  const topics = request.topics === null ? allTopics(broker) : request.topics
  return topics.flatMap(({ topic, partitions }) => {
    const sizes = [...new Set(partitions)].flatMap((index) => {
      const log = broker.partitions.get(topic, index)?.log
      return log === undefined ? [] : [{ partitionIndex: index, partitionSize: log.sizeBytes, offsetLag: 0 }]
    })
    return sizes.length === 0 ? [] : [{ name: topic, partitions: sizes }]
  })
}

function allTopics(broker: Broker): { topic: string; partitions: number[] }[] {
  return Array.from(broker.partitions.topics(), ({ name, partitions }) => ({
    topic: name,
    partitions: [...partitions.keys()]
  }))
}
