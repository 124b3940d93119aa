import { defineRecord, int32, int64Bits, nullableArray, string } from '../schema.ts'

const lastAssignmentConfig = {
  key: string(),
  value: string()
}

export const streamsGroupMetadataKey = defineRecord({
  name: 'StreamsGroupMetadataKey',
  key: 17,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0')
  }
})

export const streamsGroupMetadataValue = defineRecord({
  name: 'StreamsGroupMetadataValue',
  key: 17,
  versions: '0',
  flexible: '0+',
  fields: {
    epoch: int32(),
    metadataHash: int64Bits(),
    validatedTopologyEpoch: int32('0+', { fallback: -1, tag: 0 }),
    lastAssignmentConfigs: nullableArray(lastAssignmentConfig, '0+', { tag: 1 })
  }
})
