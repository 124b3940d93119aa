import { array, defineRecord, int64, string } from '../schema.ts'

export const delegationTokenRecord = defineRecord({
  name: 'DelegationTokenRecord',
  key: 10,
  versions: '0',
  flexible: '0+',
  fields: {
    owner: string(),
    requester: string(),
    renewers: array(string()),
    issueTimestamp: int64(),
    maxTimestamp: int64(),
    expirationTimestamp: int64(),
    tokenId: string()
  }
})
