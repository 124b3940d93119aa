// AlterConfigs, the older form: the request holds all configs that a resource shall have.
import type { Broker } from '../broker/broker.ts'
import type { KafkaError } from '../error-codes.ts'
import { validateBrokerConfigs } from '../metadata/broker-config-change.ts'
import { ResourceType } from '../metadata/resource-type.ts'
import { alterConfigs } from '../protocol/messages/alter-configs.ts'
import type { RequestOf } from '../protocol/schema.ts'
import { checkBrokerName, checkKeys, checkResourceType } from './alter-configs-checks.ts'
import { alterConfigsAccess, alterEachResource, refuseEachResource } from './alter-each-resource.ts'
import { handler } from './handler.ts'

type Resource = RequestOf<typeof alterConfigs>['resources'][number]

export const alterConfigsHandler = handler(alterConfigs, {
  versions: '0-2',
  access: alterConfigsAccess,
  handle: (request, broker) =>
    alterEachResource(request, broker, (resource) => replace(resource, broker, request.validateOnly)),
  errorResponse: refuseEachResource
})

function replace(resource: Resource, broker: Broker, validateOnly: boolean): KafkaError | undefined {
  const { resourceType, resourceName } = resource
  checkKeys(resource, () => false)
  checkResourceType(resourceType, false)
  const configs = new Map(resource.configs.map(({ name, value }) => [name, value ?? '']))
  if (resourceType === ResourceType.BROKER) {
    checkBrokerName(resourceName, broker.nodeId)
    validateBrokerConfigs(configs, broker.config, { perBroker: resourceName !== '' })
  }
  return broker.metadata.alterConfigs([{ resourceType, resourceName, configs }], { validateOnly })[0].error
}
