// v4 isolation level (KIP-98), v7 sessions (KIP-227), v9 fencing by leader epoch (KIP-320), v11 racks
// (KIP-392), v12 diverging epochs (KIP-595), v13 topics by id (KIP-516), v15 replica state (KIP-903), v16 the
// new leader in the answer (KIP-951), v17 replica directories (KIP-853), v18 the follower's high watermark
// (KIP-1166).
import {
  array,
  defineApi,
  int8,
  int16,
  int32,
  int64,
  int64Clamped,
  nullableArray,
  nullableString,
  records,
  string,
  struct,
  uuid
} from '../schema.ts'

export const fetch = defineApi({
  key: 1,
  name: 'Fetch',
  versions: '4-18',
  flexible: '12+',
  request: {
    clusterId: nullableString('12+', { tag: 0, ignorable: true }),
    replicaId: int32('0-14', { fallback: -1 }),
    replicaState: struct(
      {
        replicaId: int32('15+', { fallback: -1 }),
        replicaEpoch: int64('15+', { fallback: -1 })
      },
      '15+',
      { tag: 1 }
    ),
    maxWaitMs: int32(),
    minBytes: int32(),
    maxBytes: int32('3+', { fallback: 0x7fffffff, ignorable: true }),
    isolationLevel: int8('4+', { ignorable: true }),
    sessionId: int32('7+', { ignorable: true }),
    sessionEpoch: int32('7+', { fallback: -1, ignorable: true }),
    topics: array({
      topic: string('0-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitions: array({
        partition: int32(),
        currentLeaderEpoch: int32('9+', { fallback: -1, ignorable: true }),
        fetchOffset: int64Clamped(),
        lastFetchedEpoch: int32('12+', { fallback: -1 }),
        logStartOffset: int64('5+', { fallback: -1, ignorable: true }),
        partitionMaxBytes: int32(),
        replicaDirectoryId: uuid('17+', { tag: 0, ignorable: true }),
        highWatermark: int64Clamped('18+', { fallback: Number.MAX_SAFE_INTEGER, tag: 1, ignorable: true })
      })
    }),
    forgottenTopicsData: array(
      {
        topic: string('7-12', { ignorable: true }),
        topicId: uuid('13+', { ignorable: true }),
        partitions: array(int32(), '7+')
      },
      '7+'
    ),
    rackId: string('11+', { ignorable: true })
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    errorCode: int16('7+', { ignorable: true }),
    sessionId: int32('7+'),
    responses: array({
      topic: string('0-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitions: array({
        partitionIndex: int32(),
        errorCode: int16(),
        highWatermark: int64(),
        lastStableOffset: int64('4+', { fallback: -1, ignorable: true }),
        logStartOffset: int64('5+', { fallback: -1, ignorable: true }),
        divergingEpoch: struct(
          {
            epoch: int32('12+', { fallback: -1 }),
            endOffset: int64('12+', { fallback: -1 })
          },
          '12+',
          { tag: 0 }
        ),
        currentLeader: struct(
          {
            leaderId: int32('12+', { fallback: -1 }),
            leaderEpoch: int32('12+', { fallback: -1 })
          },
          '12+',
          { tag: 1 }
        ),
        snapshotId: struct(
          {
            endOffset: int64('0+', { fallback: -1 }),
            epoch: int32('0+', { fallback: -1 })
          },
          '12+',
          { tag: 2 }
        ),
        abortedTransactions: nullableArray(
          {
            producerId: int64('4+'),
            firstOffset: int64('4+')
          },
          '4+',
          { ignorable: true }
        ),
        preferredReadReplica: int32('11+', { fallback: -1 }),
        records: records()
      })
    }),
    nodeEndpoints: array(
      {
        nodeId: int32('16+'),
        host: string('16+'),
        port: int32('16+'),
        rack: nullableString('16+')
      },
      '16+',
      { tag: 0 }
    )
  }
})
