import { array, defineRecord, int8, int32, string, uuid } from '../schema.ts'

const topicPartitions = {
  topicId: uuid(),
  partitions: array(int32())
}

export const shareGroupCurrentMemberAssignmentKey = defineRecord({
  name: 'ShareGroupCurrentMemberAssignmentKey',
  key: 14,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0'),
    memberId: string('0')
  }
})

export const shareGroupCurrentMemberAssignmentValue = defineRecord({
  name: 'ShareGroupCurrentMemberAssignmentValue',
  key: 14,
  versions: '0',
  flexible: '0+',
  fields: {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    state: int8(),
    assignedPartitions: array(topicPartitions)
  }
})
