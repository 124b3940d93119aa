import { array, defineRecord, int32, string, uuid } from '../schema.ts'

const topicPartitionsInfo = {
  topicId: uuid(),
  topicName: string(),
  partitions: array(int32())
}

const topicInfo = {
  topicId: uuid(),
  topicName: string()
}

export const shareGroupStatePartitionMetadataKey = defineRecord({
  name: 'ShareGroupStatePartitionMetadataKey',
  key: 15,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0')
  }
})

export const shareGroupStatePartitionMetadataValue = defineRecord({
  name: 'ShareGroupStatePartitionMetadataValue',
  key: 15,
  versions: '0',
  flexible: '0+',
  fields: {
    initializingTopics: array(topicPartitionsInfo),
    initializedTopics: array(topicPartitionsInfo),
    deletingTopics: array(topicInfo)
  }
})
