// Open connections by address and purpose. A broken one is forgotten when it breaks, so the next use dials again.
import type { Clock } from '../ports.ts'
import { type Address, formatAddress } from './address.ts'
import { Connection } from './connection.ts'
import { ConnectionError } from './errors.ts'

export interface PoolOptions {
  readonly clientId: string
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly clock: Clock
}

export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #connections = new Map<string, Promise<Connection>>()
  #isClosed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  get(address: Address, purpose: string): Promise<Connection> {
    if (this.#isClosed) throw new ConnectionError(formatAddress(address), 'CLOSED', 'the client is closed')
    const key = `${formatAddress(address)} ${purpose}`
    const known = this.#connections.get(key)
    if (known !== undefined) return known
    const dialled = this.#dial(address, key)
    this.#connections.set(key, dialled)
    return dialled
  }

  /** The first address that can be reached, those already connected first. */
  async first(addresses: readonly Address[], purpose: string): Promise<Connection> {
    const isKnown = (address: Address) => this.#connections.has(`${formatAddress(address)} ${purpose}`)
    const failures: ConnectionError[] = []
    for (const address of [...addresses.filter(isKnown), ...addresses.filter((address) => !isKnown(address))]) {
      try {
        return await this.get(address, purpose)
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error
        failures.push(error)
      }
    }
    if (failures.length === 1) throw failures[0]
    const messages = [...new Set(failures.map((failure) => failure.message))]
    throw new ConnectionError(failures[0]!.address, failures[0]!.reason, messages.join('; '), { cause: failures[0] })
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true
    for (const dialled of this.#connections.values()) {
      // A connection still being dialled is closed when it is there; a failed dial was already reported to its caller.
      dialled.then(
        (connection) => connection.close(),
        () => undefined
      )
    }
    this.#connections.clear()
  }

  async #dial(address: Address, key: string): Promise<Connection> {
    const { clientId, connectTimeoutMs, requestTimeoutMs, clock } = this.#options
    try {
      const connection = await Connection.connect({
        ...address,
        clientId,
        timeoutMs: requestTimeoutMs,
        connectTimeoutMs,
        clock
      })
      connection.closed.then(() => this.#connections.delete(key))
      return connection
    } catch (error) {
      this.#connections.delete(key)
      throw error
    }
  }
}
