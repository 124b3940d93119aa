import { array, defineRecord, int32, nullableBytes, nullableString, string } from '../schema.ts'

export const consumerProtocolSubscription = defineRecord({
  name: 'ConsumerProtocolSubscription',
  key: -1,
  versions: '0-3',
  flexible: 'none',
  fields: {
    topics: array(string()),
    userData: nullableBytes(),
    ownedPartitions: array(
      {
        topic: string('1+'),
        partitions: array(int32(), '1+')
      },
      '1+',
      { ignorable: true }
    ),
    generationId: int32('2+', { fallback: -1, ignorable: true }),
    rackId: nullableString('3+', { ignorable: true })
  }
})
