// v5 error messages, v6 topics by id (KIP-516).
import { array, defineApi, int16, int32, nullableString, string, uuid } from '../schema.ts'

export const deleteTopics = defineApi({
  key: 20,
  name: 'DeleteTopics',
  versions: '1-6',
  flexible: '4+',
  request: {
    topics: array(
      {
        name: nullableString('6+'),
        topicId: uuid('6+')
      },
      '6+'
    ),
    topicNames: array(string(), '0-5', { ignorable: true }),
    timeoutMs: int32()
  },
  response: {
    throttleTimeMs: int32('1+', { ignorable: true }),
    responses: array({
      name: nullableString('0+', { fallback: '', nullable: '6+' }),
      topicId: uuid('6+', { ignorable: true }),
      errorCode: int16(),
      errorMessage: nullableString('5+', { ignorable: true })
    })
  }
})
