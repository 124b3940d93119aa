// v3 the client names itself (KIP-511) and features are told (KIP-584), v4 features whose least level is 0
// (KAFKA-17011).
import { array, boolean, defineApi, int16, int32, int64, string } from '../schema.ts'

export const apiVersions = defineApi({
  key: 18,
  name: 'ApiVersions',
  versions: '0-4',
  flexible: '3+',
  request: {
    clientSoftwareName: string('3+', { ignorable: true }),
    clientSoftwareVersion: string('3+', { ignorable: true })
  },
  response: {
    errorCode: int16(),
    apiKeys: array({
      apiKey: int16(),
      minVersion: int16(),
      maxVersion: int16()
    }),
    throttleTimeMs: int32('1+', { ignorable: true }),
    supportedFeatures: array(
      {
        name: string('3+'),
        minVersion: int16('3+'),
        maxVersion: int16('3+')
      },
      '3+',
      { tag: 0, ignorable: true }
    ),
    finalizedFeaturesEpoch: int64('3+', { fallback: -1, tag: 1, ignorable: true }),
    finalizedFeatures: array(
      {
        name: string('3+'),
        maxVersionLevel: int16('3+'),
        minVersionLevel: int16('3+')
      },
      '3+',
      { tag: 2, ignorable: true }
    ),
    zkMigrationReady: boolean('3+', { tag: 3, ignorable: true })
  }
})
