// Where a value comes from, in words.
import type { ConfigSource } from '../../client/configs.ts'

const TEXTS: Readonly<Record<ConfigSource, string>> = {
  UNKNOWN: 'unknown',
  DYNAMIC_TOPIC_CONFIG: 'topic',
  DYNAMIC_BROKER_CONFIG: 'dynamic broker',
  DYNAMIC_DEFAULT_BROKER_CONFIG: 'dynamic default of all brokers',
  STATIC_BROKER_CONFIG: 'broker properties',
  DEFAULT_CONFIG: 'default',
  DYNAMIC_BROKER_LOGGER_CONFIG: 'broker logger',
  DYNAMIC_CLIENT_METRICS_CONFIG: 'client metrics',
  DYNAMIC_GROUP_CONFIG: 'group'
}

export const originText = (source: ConfigSource): string => TEXTS[source]
