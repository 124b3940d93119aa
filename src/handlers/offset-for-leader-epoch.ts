// OffsetForLeaderEpoch (KIP-101, KIP-320): where an epoch ends in our log; clients find truncation with it.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { offsetForLeaderEpoch } from '../protocol/messages/offset-for-leader-epoch.ts'
import type { RequestOf } from '../protocol/schema.ts'
import { handler } from './handler.ts'

type PartitionRequest = RequestOf<typeof offsetForLeaderEpoch>['topics'][number]['partitions'][number]

export const offsetForLeaderEpochHandler = handler(offsetForLeaderEpoch, {
  versions: '2-4',
  access: [
    { operation: 'CLUSTER_ACTION', resource: 'CLUSTER' },
    { operation: 'DESCRIBE', resource: 'TOPIC' }
  ],
  handle: (request, broker) => ({
    topics: request.topics.map(({ topic, partitions }) => {
      return { topic, partitions: partitions.map((partition) => answer(broker, topic, partition)) }
    })
  }),
  errorResponse: (errorCode, _message, request) => ({
    topics: request.topics.map(({ topic, partitions }) => {
      return { topic, partitions: partitions.map((partition) => failed(partition, errorCode)) }
    })
  })
})

function answer(broker: Broker, topic: string, wanted: PartitionRequest) {
  const partition = broker.partitions.get(topic, wanted.partition)
  if (partition === undefined) return failed(wanted, broker.partitions.whyMissing(topic, wanted.partition))
  const epochError = partition.checkLeaderEpoch(wanted.currentLeaderEpoch)
  if (epochError !== ErrorCode.NONE) return failed(wanted, epochError)
  const { leaderEpoch, endOffset } = partition.log.epochEndOffset(wanted.leaderEpoch)
  return { errorCode: ErrorCode.NONE, partition: wanted.partition, leaderEpoch, endOffset }
}

const failed = ({ partition }: PartitionRequest, errorCode: ErrorCode) => ({
  errorCode,
  partition,
  leaderEpoch: -1,
  endOffset: -1
})
