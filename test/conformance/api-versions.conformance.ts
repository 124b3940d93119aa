import { describe, expect, test } from 'vitest'
import { Reader } from '../../src/bytes/reader.ts'
import { errorName } from '../../src/error-codes.ts'
import { allApis } from '../../src/protocol/apis.ts'
import { responseCodec } from '../../src/protocol/compile.ts'
import { apiVersions } from '../../src/protocol/messages/api-versions.ts'
import { framed, RawSocket, requestHeader } from './raw-socket.ts'
import { latest, servedVersions, testEachVersion } from './served-versions.ts'
import { connect, request } from './wire.ts'

const software = { clientSoftwareName: 'conformance', clientSoftwareVersion: '1.0' }
const body = (version: number) => (version >= 3 ? software : {})

describe('ApiVersions', () => {
  testEachVersion(apiVersions, 'lists every API under test with the versions served', async (version) => {
    const response = await request(apiVersions, version, body(version))
    expect(errorName(response.errorCode)).toBe('NONE')
    expect(response.throttleTimeMs).toBe(0)
    for (const [name, [min, max]] of Object.entries(servedVersions)) {
      const api = allApis.find((candidate) => candidate.name === name)
      const listed = response.apiKeys.find(({ apiKey }) => apiKey === api?.key)
      // Produce is advertised from 0 for old librdkafka clients (KAFKA-18659), though 0 to 2 cannot be read.
      const minVersion = name === 'Produce' ? 0 : min
      expect(listed, name).toEqual({ apiKey: api?.key, minVersion, maxVersion: max })
    }
  })

  testEachVersion(apiVersions, 'lists no API twice and none of the internal ones', async (version) => {
    const response = await request(apiVersions, version, body(version))
    const keys = response.apiKeys.map(({ apiKey }) => apiKey)
    expect(new Set(keys).size).toBe(keys.length)
    const internal = [4, 5, 6, 7, 52, 53, 54, 56, 58, 59, 62, 63, 67, 70, 71, 72, 73, 82]
    expect(keys.filter((key) => internal.includes(key))).toEqual([])
  })

  test('names the supported features; version 3 leaves out those that start at 0', async () => {
    const byName = (features: readonly { name: string }[]) => features.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    const v3 = await request(apiVersions, 3, software)
    expect(byName(v3.supportedFeatures)).toEqual([{ name: 'metadata.version', minVersion: 7, maxVersion: 30 }])
    const v4 = await request(apiVersions, 4, software)
    expect(byName(v4.supportedFeatures)).toEqual([
      { name: 'eligible.leader.replicas.version', minVersion: 0, maxVersion: 1 },
      { name: 'group.version', minVersion: 0, maxVersion: 1 },
      { name: 'kraft.version', minVersion: 0, maxVersion: 1 },
      { name: 'metadata.version', minVersion: 7, maxVersion: 30 },
      { name: 'share.version', minVersion: 0, maxVersion: 1 },
      { name: 'streams.version', minVersion: 0, maxVersion: 1 },
      { name: 'transaction.version', minVersion: 0, maxVersion: 2 }
    ])
  })

  testEachVersion(
    apiVersions,
    'names the finalized features',
    async (version) => {
      const response = await request(apiVersions, version, software)
      const finalized = response.finalizedFeatures.filter(({ name }) => name !== 'kraft.version')
      expect(
        Object.fromEntries(finalized.map(({ name, minVersionLevel: min, maxVersionLevel: max }) => [name, [min, max]]))
      ).toEqual({
        'eligible.leader.replicas.version': [1, 1],
        'group.version': [1, 1],
        'metadata.version': [30, 30],
        'share.version': [1, 1],
        'streams.version': [1, 1],
        'transaction.version': [2, 2]
      })
      expect(response.finalizedFeaturesEpoch).toBeGreaterThanOrEqual(0)
      expect(response.zkMigrationReady).toBe(false)
    },
    { from: 3 }
  )

  test.each([5, 100, 32767])(
    'answers version %i in the layout of version 0 and names what it serves',
    async (version) => {
      const socket = await RawSocket.open()
      const header = requestHeader({ apiKey: apiVersions.key, apiVersion: version, correlationId: 77 })
      socket.send(framed(header, Buffer.from([0, 1, 2, 3])))
      const frame = await socket.next()
      if (frame === 'closed') throw new Error('closed')
      expect(frame.readInt32BE(0)).toBe(77)
      const response = responseCodec(apiVersions, 0).decode(new Reader(frame, 4))
      expect(errorName(response.errorCode)).toBe('UNSUPPORTED_VERSION')
      expect(response.apiKeys).toEqual([{ apiKey: 18, minVersion: 0, maxVersion: 4 }])

      // The connection goes on with a version that is known.
      socket.send(framed(requestHeader({ apiKey: apiVersions.key, apiVersion: 0, correlationId: 78 })))
      expect(((await socket.next()) as Buffer).readInt32BE(0)).toBe(78)
    }
  )

  test.each([
    ['', '1.0'],
    ['conformance', ''],
    ['with space', '1.0'],
    ['-dash-first', '1.0'],
    ['dash-last-', '1.0'],
    ['conformance', '1.0;2']
  ])('refuses the client software name %j, version %j', async (clientSoftwareName, clientSoftwareVersion) => {
    const connection = await connect()
    const refused = await connection.request(apiVersions, latest(apiVersions), {
      clientSoftwareName,
      clientSoftwareVersion
    })
    expect(errorName(refused.errorCode)).toBe('INVALID_REQUEST')
    expect(refused.apiKeys).toEqual([])
  })

  test('can be asked again on the same connection', async () => {
    const connection = await connect()
    await connection.request(apiVersions, 0, {})
    const again = await connection.request(apiVersions, 4, software)
    expect(errorName(again.errorCode)).toBe('NONE')
  })
})
