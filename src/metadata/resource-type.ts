// What a config belongs to: the numbers of ConfigRecord and of the config APIs.

export const ResourceType = {
  TOPIC: 2,
  BROKER: 4,
  BROKER_LOGGER: 8,
  CLIENT_METRICS: 16,
  GROUP: 32
} as const

export interface ConfigResource {
  /** One of ResourceType. */
  readonly resourceType: number
  /** Of a BROKER: the node id, or empty for the default of all brokers. */
  readonly resourceName: string
}

/** The BROKER resource that holds the defaults of all brokers. */
export const CLUSTER_DEFAULT: ConfigResource = { resourceType: ResourceType.BROKER, resourceName: '' }
