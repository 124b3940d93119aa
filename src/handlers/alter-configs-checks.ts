// What AlterConfigs and IncrementalAlterConfigs refuse in the request itself, before the controller looks at the change.
import { KafkaError } from '../error-codes.ts'
import { ResourceType } from '../metadata/resource-type.ts'

export interface RequestedResource {
  readonly resourceType: number
  readonly resourceName: string
  readonly configs: readonly { readonly name: string; readonly value: string | null }[]
}

const invalid = (message: string) => new KafkaError('INVALID_REQUEST', message)

/** The resources that stand more than once in the request: none of their changes is made. */
export function repeatedResources<R extends RequestedResource>(resources: readonly R[]): ReadonlySet<R> {
  const byKey = new Map<string, R[]>()
  for (const resource of resources) {
    const key = `${resource.resourceType}:${resource.resourceName}`
    byKey.set(key, [...(byKey.get(key) ?? []), resource])
  }
  return new Set([...byKey.values()].filter((same) => same.length > 1).flat())
}

export const repeatedResource = () => invalid('Each resource must appear at most once.')

export function checkKeys({ configs }: RequestedResource, mayBeNull: (index: number) => boolean): void {
  if (new Set(configs.map(({ name }) => name)).size !== configs.length) {
    throw invalid('Error due to duplicate config keys')
  }
  const nulls = configs.filter(({ value }, index) => value === null && !mayBeNull(index)).map(({ name }) => name)
  if (nulls.length > 0) throw invalid(`Null value not supported for : ${nulls.join(', ')}`)
}

/** A broker takes changes for itself and for all, not for others. */
export function checkBrokerName(name: string, nodeId: number): void {
  if (name === '') return
  if (!/^[+-]?\d+$/.test(name)) throw invalid(`Node id must be an integer, but it is: ${name}`)
  if (Number(name) !== nodeId) throw invalid(`Unexpected broker id, expected ${nodeId}, but received ${name}`)
}

export function checkResourceType(resourceType: number, isIncremental: boolean): void {
  const { TOPIC, BROKER, CLIENT_METRICS, GROUP, BROKER_LOGGER } = ResourceType
  const known: readonly number[] = [TOPIC, BROKER, CLIENT_METRICS, GROUP, ...(isIncremental ? [BROKER_LOGGER] : [])]
  if (!known.includes(resourceType)) throw invalid(`Unknown resource type ${resourceType}`)
}
