import { defineRecord, int32, int64Bits, string } from '../schema.ts'

export const shareGroupMetadataKey = defineRecord({
  name: 'ShareGroupMetadataKey',
  key: 11,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0')
  }
})

export const shareGroupMetadataValue = defineRecord({
  name: 'ShareGroupMetadataValue',
  key: 11,
  versions: '0',
  flexible: '0+',
  fields: {
    epoch: int32(),
    metadataHash: int64Bits()
  }
})
