// ApiVersions: which APIs, in which versions, and which features this broker has. Made from the handler list, so that
// nothing is advertised that is not served.

import type { Broker } from '../broker/broker.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import { supportedFeatures as knownFeatures } from '../metadata/features.ts'
import { versionRange } from '../protocol/compile.ts'
import { apiVersions } from '../protocol/messages/api-versions.ts'
import type { ResponseInitOf } from '../protocol/schema.ts'
import { type Handler, handler } from './handler.ts'

const VERSIONS = '0-4'
/** KIP-511: what a client may call itself. */
const SOFTWARE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/
/** Up to this version a client takes a feature that begins at 0 for malformed, so it is not told about it (KIP-584). */
const LAST_WITHOUT_ZERO_FEATURES = 3

type Response = ResponseInitOf<typeof apiVersions>
type ApiRange = { apiKey: number; minVersion: number; maxVersion: number }

function rangeOf({ api, advertisedVersions }: Pick<Handler, 'api' | 'advertisedVersions'>): ApiRange {
  const { min, max } = versionRange(advertisedVersions)
  return { apiKey: api.key, minVersion: min, maxVersion: max }
}

function features(broker: Broker, apiVersion: number): Response {
  if (apiVersion < 3) return {}
  const { image } = broker.metadata
  const supportedFeatures = []
  for (const { name, minSupportedVersion, maxSupportedVersion } of knownFeatures) {
    if (minSupportedVersion === 0 && apiVersion <= LAST_WITHOUT_ZERO_FEATURES) continue
    supportedFeatures.push({ name, minVersion: minSupportedVersion, maxVersion: maxSupportedVersion })
  }
  const finalizedFeatures = []
  for (const [name, level] of image.features()) {
    if (level > 0) finalizedFeatures.push({ name, minVersionLevel: level, maxVersionLevel: level })
  }
  return { supportedFeatures, finalizedFeatures, finalizedFeaturesEpoch: image.offset }
}

/** `others`: every handler but this one. */
export function createApiVersionsHandler(others: readonly Handler[]): Handler {
  const self = { api: apiVersions, advertisedVersions: VERSIONS } as const
  const apiKeys = [...others, self].map(rangeOf).sort((a, b) => a.apiKey - b.apiKey)
  return handler(apiVersions, {
    versions: VERSIONS,
    access: 'none',
    handle(request, broker, context) {
      if (context.apiVersion >= 3) {
        const { clientSoftwareName, clientSoftwareVersion } = request
        if (!SOFTWARE_NAME.test(clientSoftwareName) || !SOFTWARE_NAME.test(clientSoftwareVersion)) {
          throw new KafkaError('INVALID_REQUEST')
        }
        context.setClientSoftware(clientSoftwareName, clientSoftwareVersion)
      }
      return { errorCode: ErrorCode.NONE, apiKeys, ...features(broker, context.apiVersion) }
    }
  })
}
