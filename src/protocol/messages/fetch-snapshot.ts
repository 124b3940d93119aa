import {
  array,
  defineApi,
  int16,
  int32,
  int64,
  nullableString,
  records,
  string,
  struct,
  uint16,
  uuid
} from '../schema.ts'

export const fetchSnapshot = defineApi({
  key: 59,
  name: 'FetchSnapshot',
  versions: '0-1',
  flexible: '0+',
  request: {
    clusterId: nullableString('0+', { tag: 0 }),
    replicaId: int32('0+', { fallback: -1 }),
    maxBytes: int32('0+', { fallback: 0x7fffffff }),
    topics: array({
      name: string(),
      partitions: array({
        partition: int32(),
        currentLeaderEpoch: int32(),
        snapshotId: struct({
          endOffset: int64(),
          epoch: int32()
        }),
        position: int64(),
        replicaDirectoryId: uuid('1+', { tag: 0, ignorable: true })
      })
    })
  },
  response: {
    throttleTimeMs: int32('0+', { ignorable: true }),
    errorCode: int16(),
    topics: array({
      name: string(),
      partitions: array({
        index: int32(),
        errorCode: int16(),
        snapshotId: struct({
          endOffset: int64(),
          epoch: int32()
        }),
        currentLeader: struct(
          {
            leaderId: int32(),
            leaderEpoch: int32()
          },
          '0+',
          { tag: 0 }
        ),
        size: int64(),
        position: int64(),
        unalignedRecords: records('0+', { nullable: 'none' })
      })
    }),
    nodeEndpoints: array(
      {
        nodeId: int32('1+'),
        host: string('1+'),
        port: uint16('1+')
      },
      '1+',
      { tag: 0 }
    )
  }
})
