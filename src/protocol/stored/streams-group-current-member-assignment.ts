import { array, defineRecord, int8, int32, nullableArray, string } from '../schema.ts'

const taskIds = {
  subtopologyId: string(),
  partitions: array(int32()),
  assignmentEpochs: nullableArray(int32(), '0+', { tag: 0 })
}

export const streamsGroupCurrentMemberAssignmentKey = defineRecord({
  name: 'StreamsGroupCurrentMemberAssignmentKey',
  key: 22,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0'),
    memberId: string('0')
  }
})

export const streamsGroupCurrentMemberAssignmentValue = defineRecord({
  name: 'StreamsGroupCurrentMemberAssignmentValue',
  key: 22,
  versions: '0',
  flexible: '0+',
  fields: {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    state: int8(),
    activeTasks: array(taskIds),
    standbyTasks: array(taskIds),
    warmupTasks: array(taskIds),
    activeTasksPendingRevocation: array(taskIds),
    standbyTasksPendingRevocation: array(taskIds),
    warmupTasksPendingRevocation: array(taskIds)
  }
})
