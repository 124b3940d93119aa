// DescribeConfigs and its two ways to change, with the resource types and sources by name.
import { errorName } from '../../src/error-codes.ts'
import { alterConfigs } from '../../src/protocol/messages/alter-configs.ts'
import { describeConfigs } from '../../src/protocol/messages/describe-configs.ts'
import { incrementalAlterConfigs } from '../../src/protocol/messages/incremental-alter-configs.ts'
import type { ResponseOf } from '../../src/protocol/schema.ts'
import { latest } from './served-versions.ts'
import { eventually, request } from './wire.ts'

export const resource = { unknown: 0, topic: 2, broker: 4, brokerLogger: 8, clientMetrics: 16, group: 32 } as const
export const source = {
  dynamicTopic: 1,
  dynamicBroker: 2,
  dynamicDefaultBroker: 3,
  staticBroker: 4,
  default: 5,
  dynamicBrokerLogger: 6,
  clientMetrics: 7,
  group: 8
} as const
export const operation = { set: 0, delete: 1, append: 2, subtract: 3 } as const

export type DescribedResource = ResponseOf<typeof describeConfigs>['results'][number]
export type DescribedConfig = DescribedResource['configs'][number]

export interface DescribeOptions {
  keys?: readonly string[] | null
  includeSynonyms?: boolean
  includeDocumentation?: boolean
  version?: number
}

export async function describeResource(type: number, name: string, options: DescribeOptions = {}) {
  const { keys = null, version = latest(describeConfigs), includeSynonyms = false, includeDocumentation } = options
  const response = await request(describeConfigs, version, {
    resources: [{ resourceType: type, resourceName: name, configurationKeys: keys }],
    includeSynonyms,
    ...(includeDocumentation === undefined ? {} : { includeDocumentation })
  })
  const { errorCode, errorMessage, resourceType, resourceName, configs } = response.results[0]
  return { error: errorName(errorCode), errorMessage, resourceType, resourceName, configs }
}

/** One config of a resource; undefined when the answer does not have it. */
export async function describeConfig(type: number, name: string, key: string): Promise<DescribedConfig | undefined> {
  const { configs } = await describeResource(type, name, { keys: [key], includeSynonyms: true })
  return configs.find((config) => config.name === key)
}

/** Waits until the target's metadata has the value. */
export function configBecomes(
  type: number,
  name: string,
  key: string,
  value: string | null | undefined
): Promise<true> {
  return eventually(async () => {
    const config = await describeConfig(type, name, key)
    return (config === undefined ? undefined : config.value) === value ? true : undefined
  }, `${key} of ${name} becomes ${value}`)
}

export interface ConfigChange {
  name: string
  value?: string | null
  configOperation?: number
}

interface AlterOptions {
  version?: number
  validateOnly?: boolean
}

const outcomes = (responses: readonly { errorCode: number; errorMessage: string | null; resourceName: string }[]) =>
  responses.map(({ errorCode, errorMessage, resourceName }) => ({
    error: errorName(errorCode),
    errorMessage,
    resourceName
  }))

export async function alterIncrementally(
  resourceType: number,
  resourceName: string,
  changes: readonly ConfigChange[],
  { version = latest(incrementalAlterConfigs), validateOnly = false }: AlterOptions = {}
) {
  const configs = changes.map(({ name, value = null, configOperation = operation.set }) => ({
    name,
    value,
    configOperation
  }))
  const resources = [{ resourceType, resourceName, configs }]
  const response = await request(incrementalAlterConfigs, version, { resources, validateOnly })
  return outcomes(response.responses)[0]
}

export async function replaceConfigs(
  resourceType: number,
  resourceName: string,
  configs: readonly { name: string; value: string | null }[],
  { version = latest(alterConfigs), validateOnly = false }: AlterOptions = {}
) {
  const resources = [{ resourceType, resourceName, configs }]
  const response = await request(alterConfigs, version, { resources, validateOnly })
  return outcomes(response.responses)[0]
}
