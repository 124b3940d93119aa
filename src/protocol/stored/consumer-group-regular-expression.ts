import { array, defineRecord, int64, string } from '../schema.ts'

export const consumerGroupRegularExpressionKey = defineRecord({
  name: 'ConsumerGroupRegularExpressionKey',
  key: 16,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0'),
    regularExpression: string('0')
  }
})

export const consumerGroupRegularExpressionValue = defineRecord({
  name: 'ConsumerGroupRegularExpressionValue',
  key: 16,
  versions: '0',
  flexible: '0+',
  fields: {
    topics: array(string()),
    version: int64(),
    timestamp: int64()
  }
})
