import { bytes, defineRecord, int8, int32, string } from '../schema.ts'

export const userScramCredentialRecord = defineRecord({
  name: 'UserScramCredentialRecord',
  key: 11,
  versions: '0',
  flexible: '0+',
  fields: {
    name: string(),
    mechanism: int8(),
    salt: bytes(),
    storedKey: bytes(),
    serverKey: bytes(),
    iterations: int32()
  }
})
