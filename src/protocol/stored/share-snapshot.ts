import { array, defineRecord, int8, int16, int32, int64, string, uuid } from '../schema.ts'

export const shareSnapshotKey = defineRecord({
  name: 'ShareSnapshotKey',
  key: 0,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0'),
    topicId: uuid('0'),
    partition: int32('0')
  }
})

export const shareSnapshotValue = defineRecord({
  name: 'ShareSnapshotValue',
  key: 0,
  versions: '0',
  flexible: '0+',
  fields: {
    snapshotEpoch: int32(),
    stateEpoch: int32(),
    leaderEpoch: int32(),
    startOffset: int64(),
    deliveryCompleteCount: int32('0+', { fallback: -1, tag: 0 }),
    createTimestamp: int64(),
    writeTimestamp: int64(),
    stateBatches: array({
      firstOffset: int64(),
      lastOffset: int64(),
      deliveryState: int8(),
      deliveryCount: int16()
    })
  }
})
