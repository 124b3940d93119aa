import { defineRecord, int32, int64, string } from '../schema.ts'

export const streamsGroupTargetAssignmentMetadataKey = defineRecord({
  name: 'StreamsGroupTargetAssignmentMetadataKey',
  key: 20,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0')
  }
})

export const streamsGroupTargetAssignmentMetadataValue = defineRecord({
  name: 'StreamsGroupTargetAssignmentMetadataValue',
  key: 20,
  versions: '0',
  flexible: '0+',
  fields: {
    assignmentEpoch: int32(),
    assignmentTimestamp: int64('0+', { tag: 0, ignorable: true })
  }
})
