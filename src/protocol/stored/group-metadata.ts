import { array, bytes, defineRecord, int32, int64, nullableString, string } from '../schema.ts'

const memberMetadata = {
  memberId: string(),
  groupInstanceId: nullableString('3+', { ignorable: true }),
  clientId: string(),
  clientHost: string(),
  rebalanceTimeout: int32('1+', { fallback: -1, ignorable: true }),
  sessionTimeout: int32(),
  subscription: bytes(),
  assignment: bytes()
}

export const groupMetadataKey = defineRecord({
  name: 'GroupMetadataKey',
  key: 2,
  versions: '0',
  flexible: 'none',
  fields: {
    group: string('0')
  }
})

export const groupMetadataValue = defineRecord({
  name: 'GroupMetadataValue',
  key: 2,
  versions: '0-4',
  flexible: '4+',
  fields: {
    protocolType: string(),
    generation: int32(),
    protocol: nullableString('0+', { fallback: '' }),
    leader: nullableString('0+', { fallback: '' }),
    currentStateTimestamp: int64('2+', { fallback: -1, ignorable: true }),
    members: array(memberMetadata)
  }
})
