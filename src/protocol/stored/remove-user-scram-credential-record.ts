import { defineRecord, int8, string } from '../schema.ts'

export const removeUserScramCredentialRecord = defineRecord({
  name: 'RemoveUserScramCredentialRecord',
  key: 22,
  versions: '0',
  flexible: '0+',
  fields: {
    name: string(),
    mechanism: int8()
  }
})
