import { array, defineApi, int8, int16, int32, nullableArray, nullableString, string } from '../schema.ts'

export const describeUserScramCredentials = defineApi({
  key: 50,
  name: 'DescribeUserScramCredentials',
  versions: '0',
  flexible: '0+',
  request: {
    users: nullableArray({
      name: string()
    })
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString('0+', { fallback: '' }),
    results: array({
      user: string(),
      errorCode: int16(),
      errorMessage: nullableString('0+', { fallback: '' }),
      credentialInfos: array({
        mechanism: int8(),
        iterations: int32()
      })
    })
  }
})
