// Broker addresses as users write them: `host:port`, `[::1]:9092`, `host`, `PLAINTEXT://host:port`, comma separated.
import { UsageError } from './errors.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

const DEFAULT_PORT = 9092

function portOf(text: string | undefined, whole: string): number {
  if (text === undefined) return DEFAULT_PORT
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) throw new UsageError(`bad port in '${whole}': want HOST:PORT`)
  return port
}

export function parseAddress(text: string): Address {
  const scheme = /^([A-Za-z_]+):\/\//.exec(text)
  if (scheme !== null && scheme[1]!.toUpperCase() !== 'PLAINTEXT') {
    throw new UsageError(`'${text}': only PLAINTEXT listeners can be reached`)
  }
  const address = scheme === null ? text : text.slice(scheme[0].length)
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(address)
  if (bracketed !== null) return { host: bracketed[1]!, port: portOf(bracketed[2], text) }
  // More than one colon without brackets is a bare IPv6 address.
  const parts = address.split(':')
  if (parts.length > 2) return { host: address, port: DEFAULT_PORT }
  if (parts[0] === '') throw new UsageError(`no host in '${text}': want HOST:PORT`)
  return { host: parts[0]!, port: portOf(parts[1], text) }
}

export function parseAddresses(text: string | readonly string[]): Address[] {
  const items = (typeof text === 'string' ? text.split(',') : text).map((item) => item.trim()).filter((item) => item)
  if (items.length === 0) throw new UsageError('no broker address given: want HOST:PORT[,HOST:PORT...]')
  return items.map(parseAddress)
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
