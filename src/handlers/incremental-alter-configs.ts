// IncrementalAlterConfigs (KIP-339): set, delete, append to and subtract from single configs.
import type { Broker } from '../broker/broker.ts'
import { KafkaError } from '../error-codes.ts'
import { AlterOperation, type ConfigOperation } from '../metadata/alter-configs.ts'
import { afterOperations, validateBrokerConfigs } from '../metadata/broker-config-change.ts'
import { ResourceType } from '../metadata/resource-type.ts'
import { incrementalAlterConfigs } from '../protocol/messages/incremental-alter-configs.ts'
import type { RequestOf } from '../protocol/schema.ts'
import { checkBrokerName, checkKeys, checkResourceType } from './alter-configs-checks.ts'
import { alterConfigsAccess, alterEachResource, refuseEachResource } from './alter-each-resource.ts'
import { handler } from './handler.ts'

type Resource = RequestOf<typeof incrementalAlterConfigs>['resources'][number]

export const incrementalAlterConfigsHandler = handler(incrementalAlterConfigs, {
  versions: '0-1',
  access: alterConfigsAccess,
  handle: (request, broker) =>
    alterEachResource(request, broker, (resource) => change(resource, broker, request.validateOnly)),
  errorResponse: refuseEachResource
})

function change(resource: Resource, broker: Broker, validateOnly: boolean): KafkaError | undefined {
  const { resourceType, resourceName, configs } = resource
  checkKeys(resource, (index) => configs[index].configOperation === AlterOperation.DELETE)
  const operations = configs.map(({ name, configOperation, value }) => ({ name, operation: configOperation, value }))
  if (resourceType === ResourceType.BROKER_LOGGER) return checkLoggers(resourceName, operations, broker.nodeId)
  if (resourceType === ResourceType.BROKER) checkBroker(resourceName, operations, broker)
  checkResourceType(resourceType, true)
  return broker.metadata.incrementalAlterConfigs([{ resourceType, resourceName, operations }], { validateOnly })[0]
    .error
}

function checkBroker(name: string, operations: readonly ConfigOperation[], { config, metadata, nodeId }: Broker): void {
  checkBrokerName(name, nodeId)
  const perBroker = name !== ''
  const stored = metadata.image.configs(ResourceType.BROKER, name)
  validateBrokerConfigs(afterOperations(stored, operations, { perBroker }), config, { perBroker })
}

/** There are no named loggers to set (KIP-412): whatever is asked for does not exist. */
function checkLoggers(name: string, operations: readonly ConfigOperation[], nodeId: number): undefined {
  const invalid = (message: string) => new KafkaError('INVALID_REQUEST', message)
  if (!/^[+-]?\d+$/.test(name)) throw invalid(`Node id must be an integer, but it is: ${name}`)
  if (Number(name) !== nodeId) throw invalid(`Unexpected node id. Expected ${nodeId}, but received ${Number(name)}`)
  for (const { name: logger, operation } of operations) {
    if (operation === AlterOperation.SET || operation === AlterOperation.DELETE) {
      throw new KafkaError('INVALID_CONFIG', `Logger ${logger} does not exist!`)
    }
    if (operation === AlterOperation.APPEND || operation === AlterOperation.SUBTRACT) {
      const verb = operation === AlterOperation.APPEND ? 'APPEND' : 'SUBTRACT'
      throw invalid(`${verb} operation is not allowed for the BROKER_LOGGER resource`)
    }
    throw invalid(`Unknown operation type ${operation} is not allowed for the BROKER_LOGGER resource`)
  }
}
