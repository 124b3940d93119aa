import { array, defineRecord, int32, string, uuid } from '../schema.ts'

export const consumerGroupPartitionMetadataKey = defineRecord({
  name: 'ConsumerGroupPartitionMetadataKey',
  key: 4,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0')
  }
})

export const consumerGroupPartitionMetadataValue = defineRecord({
  name: 'ConsumerGroupPartitionMetadataValue',
  key: 4,
  versions: '0',
  flexible: '0+',
  fields: {
    topics: array({
      topicId: uuid(),
      topicName: string(),
      numPartitions: int32(),
      partitionMetadata: array({
        partition: int32(),
        racks: array(string())
      })
    })
  }
})
