// ListConfigResources (KIP-1142); version 0 is the older ListClientMetricsResources.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode } from '../error-codes.ts'
import { ResourceType } from '../metadata/resource-type.ts'
import { listConfigResources } from '../protocol/messages/list-config-resources.ts'
import { handler } from './handler.ts'

const { TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP } = ResourceType
/** In the order of the answer. */
const listed: readonly number[] = [GROUP, CLIENT_METRICS, BROKER_LOGGER, BROKER, TOPIC]

export const listConfigResourcesHandler = handler(listConfigResources, {
  versions: '0-1',
  access: [{ operation: 'DESCRIBE_CONFIGS', resource: 'CLUSTER' }],
  handle({ resourceTypes }, broker, { apiVersion }) {
    const supported = apiVersion === 0 ? [CLIENT_METRICS] : listed
    const wanted = resourceTypes.length === 0 ? supported : resourceTypes
    if (wanted.some((type) => !supported.includes(type))) return { errorCode: ErrorCode.UNSUPPORTED_VERSION }
    return {
      configResources: listed
        .filter((type) => wanted.includes(type))
        .flatMap((resourceType) =>
          namesOf(resourceType, broker).map((resourceName) => ({ resourceName, resourceType }))
        )
    }
  }
})

/** Every topic and broker, configured or not; of groups and subscriptions those that have configs. */
function namesOf(resourceType: number, { metadata: { image }, nodeId }: Broker): string[] {
  if (resourceType === TOPIC) return Array.from(image.topics(), ({ name }) => name)
  if (resourceType === BROKER || resourceType === BROKER_LOGGER) return [String(nodeId)]
  return image.configuredNames(resourceType)
}
