import { array, defineRecord, int32, string } from '../schema.ts'

const taskIds = {
  subtopologyId: string(),
  partitions: array(int32())
}

export const streamsGroupTargetAssignmentMemberKey = defineRecord({
  name: 'StreamsGroupTargetAssignmentMemberKey',
  key: 21,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0'),
    memberId: string('0')
  }
})

export const streamsGroupTargetAssignmentMemberValue = defineRecord({
  name: 'StreamsGroupTargetAssignmentMemberValue',
  key: 21,
  versions: '0',
  flexible: '0+',
  fields: {
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds)
  }
})
