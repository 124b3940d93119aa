// v4 partitions and replicas by the broker's defaults (KIP-464), v5 the topic's configs in the answer
// (KIP-525), v7 its id (KIP-516).
import {
  array,
  boolean,
  defineApi,
  int8,
  int16,
  int32,
  nullableArray,
  nullableString,
  string,
  uuid
} from '../schema.ts'

export const createTopics = defineApi({
  key: 19,
  name: 'CreateTopics',
  versions: '2-7',
  flexible: '5+',
  request: {
    topics: array({
      name: string(),
      numPartitions: int32(),
      replicationFactor: int16(),
      assignments: array({
        partitionIndex: int32(),
        brokerIds: array(int32())
      }),
      configs: array({
        name: string(),
        value: nullableString('0+', { fallback: '' })
      })
    }),
    timeoutMs: int32('0+', { fallback: 60000 }),
    validateOnly: boolean('1+')
  },
  response: {
    throttleTimeMs: int32('2+', { ignorable: true }),
    topics: array({
      name: string(),
      topicId: uuid('7+', { ignorable: true }),
      errorCode: int16(),
      errorMessage: nullableString('1+', { fallback: '', ignorable: true }),
      topicConfigErrorCode: int16('5+', { tag: 0, ignorable: true }),
      numPartitions: int32('5+', { fallback: -1, ignorable: true }),
      replicationFactor: int16('5+', { fallback: -1, ignorable: true }),
      configs: nullableArray(
        {
          name: string('5+'),
          value: nullableString('5+', { fallback: '' }),
          readOnly: boolean('5+'),
          configSource: int8('5+', { fallback: -1, ignorable: true }),
          isSensitive: boolean('5+')
        },
        '5+',
        { ignorable: true }
      )
    })
  }
})
