import { array, defineRecord, int8, int32, nullableArray, uuid } from '../schema.ts'

export const partitionRecord = defineRecord({
  name: 'PartitionRecord',
  key: 3,
  versions: '0-2',
  flexible: '0+',
  fields: {
    partitionId: int32('0+', { fallback: -1 }),
    topicId: uuid(),
    replicas: array(int32()),
    isr: array(int32()),
    removingReplicas: array(int32()),
    addingReplicas: array(int32()),
    leader: int32('0+', { fallback: -1 }),
    leaderRecoveryState: int8('0+', { tag: 0 }),
    leaderEpoch: int32('0+', { fallback: -1 }),
    partitionEpoch: int32('0+', { fallback: -1 }),
    directories: array(uuid(), '1+'),
    eligibleLeaderReplicas: nullableArray(int32(), '2+', { fallback: null, tag: 1 }),
    lastKnownElr: nullableArray(int32(), '2+', { fallback: null, tag: 2 })
  }
})
