// Resources as words: `topic/orders`, `broker/1`, `broker`, `group/audit`, `client-metrics/basic`.
import { type ConfigResource, ConfigResourceType } from '../../client/configs.ts'
import { UsageError } from '../../client/errors.ts'

const TYPES: Readonly<Record<string, ConfigResourceType>> = {
  topic: ConfigResourceType.TOPIC,
  broker: ConfigResourceType.BROKER,
  'broker-logger': ConfigResourceType.BROKER_LOGGER,
  group: ConfigResourceType.GROUP,
  'client-metrics': ConfigResourceType.CLIENT_METRICS
}

export function parseResource(text: string): ConfigResource {
  if (text === 'broker') return { type: ConfigResourceType.BROKER, name: '' }
  const slash = text.indexOf('/')
  const type = TYPES[text.slice(0, slash)]
  const name = text.slice(slash + 1)
  if (slash < 0 || type === undefined || name === '') {
    throw new UsageError(
      `bad resource '${text}': want topic/NAME, broker/ID, broker, group/NAME, client-metrics/NAME or broker-logger/ID`
    )
  }
  return { type, name }
}
