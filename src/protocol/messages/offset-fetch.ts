// v2 all topics when null, v5 leader epochs (KIP-320), v7 only stable offsets (KIP-447), v8 several groups
// (KIP-709), v9 member epochs (KIP-848), v10 topics by id (KIP-848).
import {
  array,
  boolean,
  defineApi,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  string,
  uuid
} from '../schema.ts'

export const offsetFetch = defineApi({
  key: 9,
  name: 'OffsetFetch',
  versions: '1-10',
  flexible: '6+',
  request: {
    groupId: string('0-7'),
    topics: nullableArray(
      {
        name: string('0-7'),
        partitionIndexes: array(int32(), '0-7')
      },
      '0-7',
      { nullable: '2-7' }
    ),
    groups: array(
      {
        groupId: string('8+'),
        memberId: nullableString('9+', { ignorable: true }),
        memberEpoch: int32('9+', { fallback: -1, ignorable: true }),
        topics: nullableArray(
          {
            name: string('8-9', { ignorable: true }),
            topicId: uuid('10+', { ignorable: true }),
            partitionIndexes: array(int32(), '8+')
          },
          '8+'
        )
      },
      '8+'
    ),
    requireStable: boolean('7+')
  },
  response: {
    throttleTimeMs: int32('3+', { ignorable: true }),
    topics: array(
      {
        name: string('0-7'),
        partitions: array(
          {
            partitionIndex: int32('0-7'),
            committedOffset: int64('0-7'),
            committedLeaderEpoch: int32('5-7', { fallback: -1, ignorable: true }),
            metadata: nullableString('0-7', { fallback: '' }),
            errorCode: int16('0-7')
          },
          '0-7'
        )
      },
      '0-7'
    ),
    errorCode: int16('2-7', { ignorable: true }),
    groups: array(
      {
        groupId: string('8+'),
        topics: array(
          {
            name: string('8-9', { ignorable: true }),
            topicId: uuid('10+', { ignorable: true }),
            partitions: array(
              {
                partitionIndex: int32('8+'),
                committedOffset: int64('8+'),
                committedLeaderEpoch: int32('8+', { fallback: -1, ignorable: true }),
                metadata: nullableString('8+', { fallback: '' }),
                errorCode: int16('8+')
              },
              '8+'
            )
          },
          '8+'
        ),
        errorCode: int16('8+')
      },
      '8+'
    )
  }
})
