// listeners, advertised.listeners and listener.security.protocol.map as Apache Kafka reads them, with its refusals.
import { isIP } from 'node:net'
import type { ConfigValues } from '../configs/config-values.ts'
import { ConfigError } from '../configs/parse.ts'
import { isLoopback, isWildcard, type ListenerSpec } from './listener.ts'

interface EndPoint {
  readonly name: string
  readonly host: string
  readonly port: number
}

const END_POINT = /^([^:/]+):\/\/(\[[^\]]*\]|[^:]*):(-?\d+)$/
const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']

/** The listeners to open: all but the controller's, which has nothing to listen for in a single process. */
export function listenerSpecs(config: ConfigValues): ListenerSpec[] {
  const controllerNames = new Set(config.list('controller.listener.names'))
  const endPoints = parseEndPoints(config, 'listeners')
  checkDistinct(endPoints)
  const brokerEndPoints = endPoints.filter(({ name }) => !controllerNames.has(name))
  if (brokerEndPoints.length === 0) {
    throw new ConfigError(
      'listeners',
      'There must be at least one broker listener in listeners besides the controller’s'
    )
  }
  const protocols = protocolMap(config)
  for (const { name } of brokerEndPoints) checkProtocol(name, protocols)
  const advertised = advertisedByName(config, endPoints, controllerNames)
  checkInterBroker(config, brokerEndPoints)
  return brokerEndPoints.map((endPoint) => ({
    ...endPoint,
    advertised: advertised?.get(endPoint.name) ?? ownAddress(endPoint)
  }))
}

/** A concrete host is told to clients as it stands; of "every address" or loopback the one that the client used. */
function ownAddress({ host, port }: EndPoint): ListenerSpec['advertised'] {
  return isWildcard(host) || isLoopback(host) ? null : { host, port }
}

/** The text of `listeners` with another host or port in the first listener that clients use. */
export function replaceFirstListener(config: ConfigValues, change: { host?: string; port?: number }): string {
  const controllerNames = new Set(config.list('controller.listener.names'))
  const endPoints = parseEndPoints(config, 'listeners')
  const first = endPoints.findIndex(({ name }) => !controllerNames.has(name))
  return endPoints
    .map(({ name, host, port }, index) => {
      const newHost = index === first ? (change.host ?? host) : host
      const newPort = index === first ? (change.port ?? port) : port
      return `${name}://${newHost.includes(':') ? `[${newHost}]` : newHost}:${newPort}`
    })
    .join(',')
}

/** Listeners of the configuration that are accepted but not opened. */
export function unopenedListeners(config: ConfigValues): string[] {
  const controllerNames = new Set(config.list('controller.listener.names'))
  return parseEndPoints(config, 'listeners')
    .map(({ name }) => name)
    .filter((name) => controllerNames.has(name))
}

function parseEndPoints(config: ConfigValues, configName: 'listeners' | 'advertised.listeners'): EndPoint[] {
  return config.list(configName).map((text) => {
    const match = END_POINT.exec(text.trim())
    const port = Number(match?.[3])
    if (match === null || port > 65535 || port < (configName === 'listeners' ? 0 : -1)) {
      throw new ConfigError(configName, `Unable to parse ${text} in ${configName}: write it as NAME://host:port`)
    }
    const host = match[2].startsWith('[') ? match[2].slice(1, -1) : match[2]
    return { name: match[1].toUpperCase(), host, port }
  })
}

function checkDistinct(endPoints: readonly EndPoint[]): void {
  const names = endPoints.map(({ name }) => name)
  if (new Set(names).size < names.length) {
    throw new ConfigError('listeners', `Each listener must have a different name, listeners: ${names.join(',')}`)
  }
  for (const [index, endPoint] of endPoints.entries()) {
    const clash = endPoints.slice(0, index).find((other) => endPoint.port !== 0 && other.port === endPoint.port)
    if (clash !== undefined && isIP(clash.host) + isIP(endPoint.host) !== 10) {
      throw new ConfigError(
        'listeners',
        `Listeners ${clash.name} and ${endPoint.name} have the same port ${clash.port}: then one must be an IPv4 address and the other IPv6`
      )
    }
  }
}

function protocolMap(config: ConfigValues): Map<string, string> {
  const text = config.string('listener.security.protocol.map')
  const entries = text === '' ? [] : text.split(/\s*,\s*/)
  return new Map(
    entries.map((entry) => {
      const colon = entry.lastIndexOf(':')
      const name = entry.slice(0, colon).trim().toUpperCase()
      const protocol = entry
        .slice(colon + 1)
        .trim()
        .toUpperCase()
      if (colon < 0 || !PROTOCOLS.includes(protocol)) {
        throw new ConfigError(
          'listener.security.protocol.map',
          `Invalid entry ${entry} in listener.security.protocol.map: write NAME:PROTOCOL with one of ${PROTOCOLS.join(', ')}`
        )
      }
      return [name, protocol] as const
    })
  )
}

function checkProtocol(name: string, protocols: ReadonlyMap<string, string>): void {
  const protocol = protocols.get(name)
  if (protocol === undefined) {
    throw new ConfigError(
      'listener.security.protocol.map',
      `No security protocol defined for listener ${name}: add ${name}:PLAINTEXT to listener.security.protocol.map`
    )
  }
  if (protocol !== 'PLAINTEXT') {
    throw new ConfigError(
      'listeners',
      `Listener ${name} asks for ${protocol}, which this version does not have: map it to PLAINTEXT in listener.security.protocol.map or take it out of listeners`
    )
  }
}

function advertisedByName(
  config: ConfigValues,
  listeners: readonly EndPoint[],
  controllerNames: ReadonlySet<string>
): Map<string, { host: string; port: number }> | undefined {
  if (config.nullableString('advertised.listeners') === null) return undefined
  const refuse = (why: string) => new ConfigError('advertised.listeners', why)
  const names = listeners.map(({ name }) => name)
  const advertised = new Map<string, { host: string; port: number }>()
  for (const { name, host, port } of parseEndPoints(config, 'advertised.listeners')) {
    if (!names.includes(name)) {
      throw refuse(
        `advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. Found ${name}. The valid options based on the current configuration are ${names.join(',')}`
      )
    }
    if (isWildcard(host) && host !== '') {
      throw refuse(`advertised.listeners cannot use the nonroutable meta-address ${host}. Use a routable IP address.`)
    }
    if (host !== '' && !controllerNames.has(name)) advertised.set(name, { host, port: Math.max(0, port) })
  }
  return advertised
}

function checkInterBroker(config: ConfigValues, listeners: readonly EndPoint[]): void {
  const name = config.nullableString('inter.broker.listener.name')?.toUpperCase()
  if (name === undefined || listeners.some((listener) => listener.name === name)) return
  const names = listeners.map((listener) => listener.name)
  throw new ConfigError(
    'inter.broker.listener.name',
    `inter.broker.listener.name must be a listener name defined in advertised.listeners. Found ${name}. The valid options based on currently configured listeners are ${names.join(',')}`
  )
}
