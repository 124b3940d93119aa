import { defineRecord, int32, int64Bits, string } from '../schema.ts'

export const consumerGroupMetadataKey = defineRecord({
  name: 'ConsumerGroupMetadataKey',
  key: 3,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0')
  }
})

export const consumerGroupMetadataValue = defineRecord({
  name: 'ConsumerGroupMetadataValue',
  key: 3,
  versions: '0',
  flexible: '0+',
  fields: {
    epoch: int32(),
    metadataHash: int64Bits('0+', { tag: 0 })
  }
})
