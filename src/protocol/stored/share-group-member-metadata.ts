import { array, defineRecord, nullableString, string } from '../schema.ts'

export const shareGroupMemberMetadataKey = defineRecord({
  name: 'ShareGroupMemberMetadataKey',
  key: 10,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0'),
    memberId: string('0')
  }
})

export const shareGroupMemberMetadataValue = defineRecord({
  name: 'ShareGroupMemberMetadataValue',
  key: 10,
  versions: '0',
  flexible: '0+',
  fields: {
    rackId: nullableString('0+', { fallback: '' }),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: array(string())
  }
})
