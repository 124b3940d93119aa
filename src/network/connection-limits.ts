// How many connections there may be: max.connections, max.connections.per.ip and its overrides. One too many of an
// address is closed; one too many in all waits unread until another ends, as in Apache Kafka's acceptor.
import { isIP } from 'node:net'
import { normaliseAddress } from './socket-transport.ts'

export interface ConnectionLimitSettings {
  readonly maxConnections: number
  readonly maxConnectionsPerIp: number
  readonly maxConnectionsPerIpOverrides: ReadonlyMap<string, number>
}

export class ConnectionLimits {
  private readonly settings: ConnectionLimitSettings
  private readonly countByIp = new Map<string, number>()
  private count = 0

  constructor(settings: ConnectionLimitSettings) {
    this.settings = settings
  }

  get isFull(): boolean {
    return this.count >= this.settings.maxConnections
  }

  /** The limit of an address when it has reached it. */
  exceededBy(ip: string): number | undefined {
    const limit = this.settings.maxConnectionsPerIpOverrides.get(ip) ?? this.settings.maxConnectionsPerIp
    return (this.countByIp.get(ip) ?? 0) >= limit ? limit : undefined
  }

  add(ip: string): void {
    this.count++
    this.countByIp.set(ip, (this.countByIp.get(ip) ?? 0) + 1)
  }

  remove(ip: string): void {
    this.count--
    const left = (this.countByIp.get(ip) ?? 1) - 1
    if (left === 0) this.countByIp.delete(ip)
    else this.countByIp.set(ip, left)
  }
}

/** Loaded on demand: almost nobody has such an entry, and everybody waits for the start. */
async function addressesOfName(host: string): Promise<string[]> {
  const { lookup } = await import('node:dns/promises')
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** `name:limit` entries with host names resolved to all their addresses, as the limit is kept by address. */
export async function resolveOverrides(entries: readonly string[]): Promise<Map<string, number>> {
  const limits = new Map<string, number>()
  for (const entry of entries) {
    const colon = entry.lastIndexOf(':')
    const host = entry.slice(0, colon).trim()
    const limit = Number(entry.slice(colon + 1))
    for (const address of isIP(host) ? [host] : await addressesOfName(host))
      limits.set(normaliseAddress(address), limit)
  }
  return limits
}
