import { defineRecord, string } from '../schema.ts'

export const removeDelegationTokenRecord = defineRecord({
  name: 'RemoveDelegationTokenRecord',
  key: 26,
  versions: '0',
  flexible: '0+',
  fields: {
    tokenId: string()
  }
})
