// v1 synonyms (KIP-226), v3 documentation and types (KIP-569).
import { array, boolean, defineApi, int8, int16, int32, nullableArray, nullableString, string } from '../schema.ts'

export const describeConfigs = defineApi({
  key: 32,
  name: 'DescribeConfigs',
  versions: '1-4',
  flexible: '4+',
  request: {
    resources: array({
      resourceType: int8(),
      resourceName: string(),
      configurationKeys: nullableArray(string())
    }),
    includeSynonyms: boolean('1+'),
    includeDocumentation: boolean('3+')
  },
  response: {
    throttleTimeMs: int32(),
    results: array({
      errorCode: int16(),
      errorMessage: nullableString('0+', { fallback: '' }),
      resourceType: int8(),
      resourceName: string(),
      configs: array({
        name: string(),
        value: nullableString('0+', { fallback: '' }),
        readOnly: boolean(),
        configSource: int8('1+', { fallback: -1, ignorable: true }),
        isSensitive: boolean(),
        synonyms: array(
          {
            name: string('1+'),
            value: nullableString('1+', { fallback: '' }),
            source: int8('1+')
          },
          '1+',
          { ignorable: true }
        ),
        configType: int8('3+', { ignorable: true }),
        documentation: nullableString('3+', { fallback: '', ignorable: true })
      })
    })
  }
})
