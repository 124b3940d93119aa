import { array, defineRecord, int32, nullableString, nullableStruct, string, uint16 } from '../schema.ts'

const endpoint = {
  host: string(),
  port: uint16()
}

const keyValue = {
  key: string(),
  value: string()
}

export const streamsGroupMemberMetadataKey = defineRecord({
  name: 'StreamsGroupMemberMetadataKey',
  key: 19,
  versions: '0',
  flexible: 'none',
  fields: {
    groupId: string('0'),
    memberId: string('0')
  }
})

export const streamsGroupMemberMetadataValue = defineRecord({
  name: 'StreamsGroupMemberMetadataValue',
  key: 19,
  versions: '0',
  flexible: '0+',
  fields: {
    instanceId: nullableString('0+', { fallback: '' }),
    rackId: nullableString('0+', { fallback: '' }),
    clientId: string(),
    clientHost: string(),
    rebalanceTimeoutMs: int32('0+', { fallback: -1 }),
    topologyEpoch: int32(),
    processId: string(),
    userEndpoint: nullableStruct(endpoint),
    clientTags: array(keyValue)
  }
})
