import { defineRecord, int8, int32, nullableArray, uuid } from '../schema.ts'

export const partitionChangeRecord = defineRecord({
  name: 'PartitionChangeRecord',
  key: 5,
  versions: '0-2',
  flexible: '0+',
  fields: {
    partitionId: int32('0+', { fallback: -1 }),
    topicId: uuid(),
    isr: nullableArray(int32(), '0+', { fallback: null, tag: 0 }),
    leader: int32('0+', { fallback: -2, tag: 1 }),
    replicas: nullableArray(int32(), '0+', { fallback: null, tag: 2 }),
    removingReplicas: nullableArray(int32(), '0+', { fallback: null, tag: 3 }),
    addingReplicas: nullableArray(int32(), '0+', { fallback: null, tag: 4 }),
    leaderRecoveryState: int8('0+', { fallback: -1, tag: 5 }),
    directories: nullableArray(uuid(), '1+', { fallback: null, tag: 8 }),
    eligibleLeaderReplicas: nullableArray(int32(), '2+', { fallback: null, tag: 6 }),
    lastKnownElr: nullableArray(int32(), '2+', { fallback: null, tag: 7 })
  }
})
