// The network's part of the broker's configuration, read anew each time, because most of it may change while it runs.
import type { ConfigValues } from '../configs/config-values.ts'
import type { Logger } from '../ports.ts'
import { resolveOverrides } from './connection-limits.ts'
import type { NetworkSettings } from './network.ts'

const OVERRIDES = 'max.connections.per.ip.overrides'

export async function networkSettings(config: ConfigValues, logger: Logger): Promise<NetworkSettings> {
  let overrides = await readOverrides(config)
  config.onChange((names) => {
    if (!names.includes(OVERRIDES)) return
    readOverrides(config).then(
      (resolved) => {
        overrides = resolved
      },
      (error) => logger.warn(`${OVERRIDES} is not applied: ${error.message}`)
    )
  })
  return {
    get maxFrameBytes() {
      return config.int('socket.request.max.bytes')
    },
    get maxIdleMs() {
      return config.long('connections.max.idle.ms')
    },
    get backlog() {
      return config.int('socket.listen.backlog.size')
    },
    get maxConnections() {
      return config.int('max.connections')
    },
    get maxConnectionsPerIp() {
      return config.int('max.connections.per.ip')
    },
    get maxConnectionsPerIpOverrides() {
      return overrides
    }
  }
}

function readOverrides(config: ConfigValues): Promise<Map<string, number>> {
  const text = config.string(OVERRIDES)
  return resolveOverrides(text === '' ? [] : text.split(/\s*,\s*/))
}
