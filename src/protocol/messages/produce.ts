// v3 record batches (KIP-98), v8 errors of single records (KIP-467), v10 the new leader in the answer
// (KIP-951), v12 transactions add their partitions implicitly (KIP-890), v13 topics by id (KIP-516).
import { array, defineApi, int16, int32, int64, nullableString, records, string, struct, uuid } from '../schema.ts'

export const produce = defineApi({
  key: 0,
  name: 'Produce',
  versions: '3-13',
  flexible: '9+',
  request: {
    transactionalId: nullableString('3+'),
    acks: int16(),
    timeoutMs: int32(),
    topicData: array({
      name: string('0-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitionData: array({
        index: int32(),
        records: records()
      })
    })
  },
  response: {
    responses: array({
      name: string('0-12', { ignorable: true }),
      topicId: uuid('13+', { ignorable: true }),
      partitionResponses: array({
        index: int32(),
        errorCode: int16(),
        baseOffset: int64(),
        logAppendTimeMs: int64('2+', { fallback: -1, ignorable: true }),
        logStartOffset: int64('5+', { fallback: -1, ignorable: true }),
        recordErrors: array(
          {
            batchIndex: int32('8+'),
            batchIndexErrorMessage: nullableString('8+')
          },
          '8+',
          { ignorable: true }
        ),
        errorMessage: nullableString('8+', { ignorable: true }),
        currentLeader: struct(
          {
            leaderId: int32('10+', { fallback: -1 }),
            leaderEpoch: int32('10+', { fallback: -1 })
          },
          '10+',
          { tag: 0 }
        )
      })
    }),
    throttleTimeMs: int32('1+', { ignorable: true }),
    nodeEndpoints: array(
      {
        nodeId: int32('10+'),
        host: string('10+'),
        port: int32('10+'),
        rack: nullableString('10+')
      },
      '10+',
      { tag: 0 }
    )
  }
})
