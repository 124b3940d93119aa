// OffsetDelete: the broker checks which topics and partitions there are, the group coordinator does the rest.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { offsetDelete } from '../protocol/messages/offset-delete.ts'
import type { RequestOf, ResponseInitOf } from '../protocol/schema.ts'
import { after } from './after.ts'
import { handler } from './handler.ts'

type Topic = RequestOf<typeof offsetDelete>['topics'][number]
type TopicAnswer = NonNullable<ResponseInitOf<typeof offsetDelete>['topics']>[number]
type PartitionAnswer = NonNullable<TopicAnswer['partitions']>[number]

export const offsetDeleteHandler = handler(offsetDelete, {
  versions: '0',
  access: [
    { operation: 'DELETE', resource: 'GROUP' },
    { operation: 'READ', resource: 'TOPIC' }
  ],
  handle({ groupId, topics }, broker) {
    // A topic named twice is one topic, its later partitions with the earlier ones.
    const answers = new Map<string, PartitionAnswer[]>()
    const accepted = topics.flatMap((topic) => existingPart(broker, topic, answers))
    return after(broker.groups.deleteOffsets({ groupId, topics: accepted }), (response) => {
      if ((response.errorCode ?? ErrorCode.NONE) !== ErrorCode.NONE) return response
      for (const { name, partitions } of response.topics ?? []) answersOf(answers, name!).push(...(partitions ?? []))
      return { topics: Array.from(answers, ([name, partitions]) => ({ name, partitions })) }
    })
  }
})

function answersOf(answers: Map<string, PartitionAnswer[]>, topic: string): PartitionAnswer[] {
  const partitions = answers.get(topic) ?? []
  answers.set(topic, partitions)
  return partitions
}

function existingPart(
  { metadata }: Broker,
  { name, partitions }: Topic,
  answers: Map<string, PartitionAnswer[]>
): Topic[] {
  const partitionCount = metadata.image.topic(name)?.partitions.length ?? 0
  const existing: Topic['partitions'] = []
  for (const partition of partitions) {
    const { partitionIndex } = partition
    if (partitionIndex >= 0 && partitionIndex < partitionCount) existing.push(partition)
    else answersOf(answers, name).push({ partitionIndex, errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION })
  }
  if (partitionCount === 0) answersOf(answers, name)
  return existing.length === 0 ? [] : [{ name, partitions: existing }]
}
