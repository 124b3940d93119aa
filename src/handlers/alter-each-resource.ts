// What AlterConfigs and IncrementalAlterConfigs have in common: each resource is changed on its own and answered on its own.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import { type RequestedResource, repeatedResource, repeatedResources } from './alter-configs-checks.ts'
import { messageOf } from './error-message.ts'
import type { Access } from './handler.ts'

export const alterConfigsAccess: Access = [
  { operation: 'ALTER_CONFIGS', resource: 'TOPIC' },
  { operation: 'ALTER_CONFIGS', resource: 'CLUSTER' },
  { operation: 'ALTER_CONFIGS', resource: 'GROUP' }
]

interface Request<R> {
  readonly resources: readonly R[]
  readonly validateOnly: boolean
}

/** `alter` returns or throws the KafkaError of one resource; the answer waits until the changes are on the disk. */
export async function alterEachResource<R extends RequestedResource>(
  { resources, validateOnly }: Request<R>,
  broker: Broker,
  alter: (resource: R) => KafkaError | undefined
) {
  const repeated = repeatedResources(resources)
  const responses = resources.map((resource) => {
    const { resourceType, resourceName } = resource
    const error = repeated.has(resource) ? repeatedResource() : errorOf(() => alter(resource))
    const errorMessage = error === undefined ? null : messageOf(error)
    return { errorCode: error?.code ?? ErrorCode.NONE, errorMessage, resourceType, resourceName }
  })
  if (!validateOnly) await broker.metadata.flush()
  return { responses }
}

function errorOf(alter: () => KafkaError | undefined): KafkaError | undefined {
  try {
    return alter()
  } catch (error) {
    if (error instanceof KafkaError) return error
    throw error
  }
}

/** The same error for every resource. */
export function refuseEachResource(
  errorCode: ErrorCode,
  errorMessage: string | null,
  { resources }: { readonly resources: readonly RequestedResource[] }
) {
  const responses = resources.map(({ resourceType, resourceName }) => {
    return { errorCode, errorMessage, resourceType, resourceName }
  })
  return { responses }
}
