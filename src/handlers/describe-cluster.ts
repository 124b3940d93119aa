import { ErrorCode } from '../error-codes.ts'
import type { ClusterImage } from '../metadata/cluster-image.ts'
import { describeCluster } from '../protocol/messages/describe-cluster.ts'
import { clusterOperations, OPERATIONS_OMITTED } from './authorized-operations.ts'
import { handler } from './handler.ts'

const BROKERS = 1
const CONTROLLERS = 2

export const describeClusterHandler = handler(describeCluster, {
  versions: '0-2',
  access: [{ operation: 'DESCRIBE', resource: 'CLUSTER' }],
  handle({ endpointType, includeClusterAuthorizedOperations, includeFencedBrokers }, broker, context) {
    if (endpointType !== BROKERS) return wrongEndpointType(endpointType, context.apiVersion)
    const { host, port } = context.advertised
    const self = { brokerId: broker.nodeId, host, port, rack: broker.rack, isFenced: false }
    return {
      clusterId: broker.clusterId,
      controllerId: broker.nodeId,
      brokers: includeFencedBrokers ? [self, ...fencedBrokers(broker.metadata.image, broker.nodeId)] : [self],
      clusterAuthorizedOperations: includeClusterAuthorizedOperations ? clusterOperations : OPERATIONS_OMITTED
    }
  }
})

/** Version 0 has no endpoint types, so there a value that says otherwise is simply wrong (KIP-919). */
function wrongEndpointType(endpointType: number, apiVersion: number) {
  const isKnown = endpointType === CONTROLLERS
  const code = isKnown ? ErrorCode.MISMATCHED_ENDPOINT_TYPE : ErrorCode.UNSUPPORTED_ENDPOINT_TYPE
  return {
    errorCode: apiVersion === 0 ? ErrorCode.INVALID_REQUEST : code,
    errorMessage: isKnown
      ? 'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER'
      : `Unsupported endpoint type ${endpointType}`
  }
}

/** What a directory from a larger cluster left behind. */
function fencedBrokers(image: ClusterImage, nodeId: number) {
  const others = [...image.brokers()].filter(({ brokerId }) => brokerId !== nodeId)
  return others.map(({ brokerId, endPoints, rack, fenced }) => ({
    brokerId,
    host: endPoints[0]?.host ?? '',
    port: endPoints[0]?.port ?? -1,
    rack,
    isFenced: fenced
  }))
}
