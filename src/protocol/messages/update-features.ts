import { array, boolean, defineApi, int8, int16, int32, nullableString, string } from '../schema.ts'

export const updateFeatures = defineApi({
  key: 57,
  name: 'UpdateFeatures',
  versions: '0-2',
  flexible: '0+',
  request: {
    timeoutMs: int32('0+', { fallback: 60000 }),
    featureUpdates: array({
      feature: string(),
      maxVersionLevel: int16(),
      allowDowngrade: boolean('0'),
      upgradeType: int8('1+', { fallback: 1 })
    }),
    validateOnly: boolean('1+')
  },
  response: {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: nullableString('0+', { fallback: '' }),
    results: array(
      {
        feature: string(),
        errorCode: int16(),
        errorMessage: nullableString('0+', { fallback: '' })
      },
      '0-1',
      { ignorable: true }
    )
  }
})
