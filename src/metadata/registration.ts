// Records that say who this node is and what it can do.

import type { ClusterImage } from './cluster-image.ts'
import type { RecordVersions } from './features.ts'
import { supportedFeatures } from './features.ts'
import { encodeRecord } from './metadata-records.ts'

const securityProtocols = { PLAINTEXT: 0, SSL: 1, SASL_PLAINTEXT: 2, SASL_SSL: 3 } as const

export interface BrokerEndpoint {
  /** Listener name. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly securityProtocol: keyof typeof securityProtocols
}

export interface Registration {
  readonly nodeId: number
  readonly incarnationId: string
  readonly endpoints: readonly BrokerEndpoint[]
  readonly rack: string | null
  readonly directoryId: string
}

const storedEndpoint = ({ name, host, port, securityProtocol }: BrokerEndpoint) => ({
  name,
  host,
  port,
  securityProtocol: securityProtocols[securityProtocol]
})

/** Fenced at first, as every registration; `unfence` follows. */
export function registerBroker(registration: Registration, brokerEpoch: number, versions: RecordVersions): Buffer {
  const { nodeId, incarnationId, endpoints, rack, directoryId } = registration
  return encodeRecord('registerBroker', versions.registerBroker, {
    brokerId: nodeId,
    incarnationId,
    brokerEpoch,
    endPoints: endpoints.map(storedEndpoint),
    features: supportedFeatures,
    rack,
    fenced: true,
    ...(versions.registerBroker >= 3 ? { logDirs: [directoryId] } : {})
  })
}

export const fence = (brokerId: number, brokerEpoch: number): Buffer =>
  encodeRecord('brokerRegistrationChange', 0, { brokerId, brokerEpoch, fenced: 1 })

/** Brokers that a directory from a larger cluster still names: none of them is there any more. */
export function fenceOthers(image: ClusterImage, nodeId: number): Buffer[] {
  const others = [...image.brokers()].filter(({ brokerId, fenced }) => brokerId !== nodeId && !fenced)
  return others.map(({ brokerId, brokerEpoch }) => fence(brokerId, brokerEpoch))
}

export const unfence = (brokerId: number, brokerEpoch: number): Buffer =>
  encodeRecord('brokerRegistrationChange', 0, { brokerId, brokerEpoch, fenced: -1 })

export function registerController(nodeId: number, incarnationId: string, endpoint: BrokerEndpoint): Buffer {
  return encodeRecord('registerController', 0, {
    controllerId: nodeId,
    incarnationId,
    endPoints: [storedEndpoint(endpoint)],
    features: supportedFeatures
  })
}
