// AlterConfigs, the older form: the request holds all configs that a resource shall have.
import type { Broker } from '../broker/broker.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import { validateBrokerConfigs } from '../metadata/broker-config-change.ts'
import { ResourceType } from '../metadata/resource-type.ts'
import { alterConfigs } from '../protocol/messages/alter-configs.ts'
import type { RequestOf } from '../protocol/schema.ts'
import {
  checkBrokerName,
  checkKeys,
  checkResourceType,
  repeatedResource,
  repeatedResources
} from './alter-configs-checks.ts'
import { messageOf } from './error-message.ts'
import { handler } from './handler.ts'

type Resource = RequestOf<typeof alterConfigs>['resources'][number]

export const alterConfigsHandler = handler(alterConfigs, {
  versions: '0-2',
  access: [
    { operation: 'ALTER_CONFIGS', resource: 'TOPIC' },
    { operation: 'ALTER_CONFIGS', resource: 'CLUSTER' },
    { operation: 'ALTER_CONFIGS', resource: 'GROUP' }
  ],
  async handle({ resources, validateOnly }, broker) {
    const repeated = repeatedResources(resources)
    const responses = resources.map((resource) => {
      const error = repeated.has(resource) ? repeatedResource() : replace(resource, broker, validateOnly)
      return {
        errorCode: error?.code ?? ErrorCode.NONE,
        errorMessage: error === undefined ? null : messageOf(error),
        resourceType: resource.resourceType,
        resourceName: resource.resourceName
      }
    })
    if (!validateOnly) await broker.metadata.flush()
    return { responses }
  },
  errorResponse: (errorCode, errorMessage, { resources }) => ({
    responses: resources.map(({ resourceType, resourceName }) => ({
      errorCode,
      errorMessage,
      resourceType,
      resourceName
    }))
  })
})

function replace(resource: Resource, broker: Broker, validateOnly: boolean): KafkaError | undefined {
  const { resourceType, resourceName } = resource
  try {
    checkKeys(resource, () => false)
    checkResourceType(resourceType, false)
    const configs = new Map(resource.configs.map(({ name, value }) => [name, value ?? '']))
    if (resourceType === ResourceType.BROKER) {
      checkBrokerName(resourceName, broker.nodeId)
      validateBrokerConfigs(configs, broker.config, { perBroker: resourceName !== '' })
    }
    return broker.metadata.alterConfigs([{ resourceType, resourceName, configs }], { validateOnly })[0].error
  } catch (error) {
    if (error instanceof KafkaError) return error
    throw error
  }
}
