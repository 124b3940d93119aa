// classicMemberMetadata falls back to an empty struct, not to null: a member of the consumer protocol must carry it as an
// explicit null, or Apache Kafka takes it for a classic one.
import { array, bytes, defineRecord, int32, nullableString, nullableStruct, string } from '../schema.ts'

export const consumerGroupMemberMetadataKey = defineRecord({
  name: 'ConsumerGroupMemberMetadataKey',
  key: 5,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0'),
    memberId: string('0')
  }
})

export const consumerGroupMemberMetadataValue = defineRecord({
  name: 'ConsumerGroupMemberMetadataValue',
  key: 5,
  versions: '0',
  flexible: '0+',
  fields: {
    instanceId: nullableString('0+', { fallback: '' }),
    rackId: nullableString('0+', { fallback: '' }),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: array(string()),
    subscribedTopicRegex: nullableString('0+', { fallback: '' }),
    rebalanceTimeoutMs: int32('0+', { fallback: -1 }),
    serverAssignor: nullableString('0+', { fallback: '' }),
    classicMemberMetadata: nullableStruct(
      {
        sessionTimeoutMs: int32(),
        supportedProtocols: array({
          name: string(),
          metadata: bytes()
        })
      },
      '0+',
      { fallback: {}, tag: 0 }
    )
  }
})
