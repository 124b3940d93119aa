import { array, defineRecord, int32, string, uuid } from '../schema.ts'

export const shareGroupTargetAssignmentMemberKey = defineRecord({
  name: 'ShareGroupTargetAssignmentMemberKey',
  key: 13,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0'),
    memberId: string('0')
  }
})

export const shareGroupTargetAssignmentMemberValue = defineRecord({
  name: 'ShareGroupTargetAssignmentMemberValue',
  key: 13,
  versions: '0',
  flexible: '0+',
  fields: {
    topicPartitions: array({
      topicId: uuid(),
      partitions: array(int32())
    })
  }
})
