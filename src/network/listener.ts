// One named listener: the addresses it is bound to, all on one port, and what it tells clients to dial.

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { hostname } from 'node:os'
import type { ConnectionAddresses, ListenerView } from './connection.ts'

export interface ListenerSpec {
  readonly name: string
  /** '' is every address; 'localhost' is 127.0.0.1 and, where the machine has it, ::1. */
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  /** Null: the address that the connection came in on. */
  readonly advertised: { readonly host: string; readonly port: number } | null
}

export class PortInUseError extends Error {
  readonly host: string
  readonly port: number
  constructor(host: string, port: number) {
    super(`port ${port} of ${host === '' ? 'this machine' : host} is in use`)
    this.name = 'PortInUseError'
    this.host = host
    this.port = port
  }
}

const LOOPBACK_HOSTS = ['127.0.0.1', '::1']
/** A machine without IPv6, or without this address of it. */
const MISSING_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'EPROTONOSUPPORT'])
const PORT_ATTEMPTS = 20

export class Listener implements ListenerView {
  readonly spec: ListenerSpec
  readonly name: string
  private servers: Server[] = []
  private boundPort = 0
  private readonly backlog: number

  constructor(spec: ListenerSpec, backlog: number) {
    this.spec = spec
    this.name = spec.name
    this.backlog = backlog
  }

  get port(): number {
    return this.boundPort
  }

  /** For the cluster's metadata, which is the same for whoever asks. */
  get publicEndpoint(): { host: string; port: number } {
    return this.spec.advertised === null && isWildcard(this.spec.host)
      ? { host: hostname(), port: this.boundPort }
      : this.localEndpoint
  }

  /** For a program on this machine that has no connection yet: the ready line. */
  get localEndpoint(): { host: string; port: number } {
    const { advertised, host } = this.spec
    if (advertised !== null) return { host: advertised.host, port: advertised.port || this.boundPort }
    const isBoth = host.toLowerCase() === 'localhost' && this.servers.length > 1
    const own = host.toLowerCase() === 'localhost' ? LOOPBACK_HOSTS[0] : host
    return { host: isWildcard(host) || isBoth ? 'localhost' : own, port: this.boundPort }
  }

  advertisedTo(addresses: ConnectionAddresses): { readonly host: string; readonly port: number } {
    const { advertised } = this.spec
    if (advertised !== null) return { host: advertised.host, port: advertised.port || this.boundPort }
    // Not every client can dial an IPv6 literal; one that came in on ::1 can resolve localhost.
    if (addresses.localHost === '::1' && this.servers.length > 1) return { host: 'localhost', port: this.boundPort }
    return { host: addresses.localHost, port: this.boundPort }
  }

  /** Accepted sockets have not started to read. */
  async bind(onSocket: (socket: Socket, listener: Listener) => void): Promise<void> {
    const { host, port } = this.spec
    if (host.toLowerCase() !== 'localhost') {
      this.servers = [await this.open(host, port, onSocket)]
    } else {
      this.servers = await this.openLoopback(port, onSocket)
    }
    this.boundPort = (this.servers[0].address() as AddressInfo).port
  }

  /** Resolves when the port is free again; connections that were accepted stay open. */
  async close(): Promise<void> {
    const servers = this.servers
    this.servers = []
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))))
  }

  /** 127.0.0.1 and ::1 on one port. A free port of the one may be taken on the other: then another is tried. */
  private async openLoopback(port: number, onSocket: (socket: Socket, listener: Listener) => void): Promise<Server[]> {
    for (let attempt = 1; ; attempt++) {
      const first = await this.open(LOOPBACK_HOSTS[0], port, onSocket)
      try {
        return [first, await this.open(LOOPBACK_HOSTS[1], (first.address() as AddressInfo).port, onSocket)]
      } catch (error) {
        if (MISSING_ADDRESS.has((error as NodeJS.ErrnoException).code ?? '')) return [first]
        await new Promise((resolve) => first.close(resolve))
        if (port !== 0 || attempt === PORT_ATTEMPTS) throw error
      }
    }
  }

  private open(host: string, port: number, onSocket: (socket: Socket, listener: Listener) => void): Promise<Server> {
    const server = createServer({ pauseOnConnect: true }, (socket) => onSocket(socket, this))
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'EADDRINUSE' ? new PortInUseError(host, port) : error)
      })
      const address = host === '' ? {} : { host }
      server.listen({ ...address, port, backlog: this.backlog, ipv6Only: host === '::1' }, () => resolve(server))
    })
  }
}

export const isWildcard = (host: string): boolean => host === '' || host === '0.0.0.0' || host === '::'
export const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || host === '::1' || host.startsWith('127.')
