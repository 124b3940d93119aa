// All listeners and all connections: accepting, limits, the idle sweep, and an end that leaves no request unanswered.
import type { Socket } from 'node:net'
import type { Clock, Logger, Timer } from '../ports.ts'
import { Connection, type ConnectionEnvironment, type Dispatch, type Transport } from './connection.ts'
import { type ConnectionLimitSettings, ConnectionLimits } from './connection-limits.ts'
import { Listener, type ListenerSpec } from './listener.ts'
import { ReceiveBuffers } from './receive-buffers.ts'
import { addressesOf, SocketTransport } from './socket-transport.ts'

export interface NetworkSettings extends ConnectionLimitSettings {
  readonly maxFrameBytes: number
  /** Negative: idle connections are never closed. */
  readonly maxIdleMs: number
  readonly backlog: number
}

/** Idle connections are looked for this many times within the time that they may be idle. */
const SWEEPS_PER_IDLE_TIME = 10
const SHORTEST_SWEEP_MS = 20

export class Network {
  readonly listeners: readonly Listener[]
  private readonly settings: NetworkSettings
  private readonly clock: Clock
  private readonly logger: Logger
  private readonly limits: ConnectionLimits
  private readonly connections = new Set<Connection>()
  /** Accepted before the broker serves, or above max.connections. Unread. */
  private waiting: { socket: Socket; listener: Listener }[] = []
  private environment: ConnectionEnvironment | undefined
  private accepted = 0
  private sweepTimer: Timer | undefined
  private isClosing = false
  private onEmpty: (() => void) | undefined

  constructor(specs: readonly ListenerSpec[], settings: NetworkSettings, ports: { clock: Clock; logger: Logger }) {
    this.settings = settings
    this.clock = ports.clock
    this.logger = ports.logger
    this.limits = new ConnectionLimits(settings)
    this.listeners = specs.map((spec) => new Listener(spec, settings.backlog))
  }

  get connectionCount(): number {
    return this.connections.size
  }

  /** Takes the ports. Clients can connect from now on; their requests are read once serve() was called. */
  async bind(): Promise<void> {
    try {
      for (const listener of this.listeners) await listener.bind((socket, at) => this.accept(socket, at))
    } catch (error) {
      await this.stopAccepting()
      throw error
    }
  }

  serve(dispatch: Dispatch): void {
    this.environment = {
      clock: this.clock,
      logger: this.logger,
      buffers: new ReceiveBuffers(),
      maxFrameBytes: this.settings.maxFrameBytes,
      dispatch,
      onClose: (connection) => this.remove(connection)
    }
    this.admitWaiting()
    this.scheduleSweep()
  }

  async stopAccepting(): Promise<void> {
    this.isClosing = true
    for (const { socket } of this.waiting) socket.destroy()
    this.waiting = []
    await Promise.all(this.listeners.map((listener) => listener.close()))
  }

  /** Requests in progress are answered, then every connection ends; what is left after `graceMs` is cut. */
  async close(graceMs: number): Promise<void> {
    const stopped = this.stopAccepting()
    this.sweepTimer?.cancel()
    for (const connection of this.connections) connection.end()
    if (this.connections.size > 0) await this.untilEmpty(graceMs)
    await stopped
  }

  private untilEmpty(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.clock.setTimer(graceMs, () => {
        for (const connection of this.connections) connection.destroy()
      })
      this.onEmpty = () => {
        timer.cancel()
        resolve()
      }
    })
  }

  private accept(socket: Socket, listener: Listener): void {
    if (this.isClosing || this.waiting.length >= this.settings.backlog) {
      socket.destroy()
    } else if (this.environment === undefined || this.limits.isFull) {
      this.waiting.push({ socket, listener })
    } else {
      this.admit(socket, listener, this.environment)
    }
  }

  private admitWaiting(): void {
    while (this.waiting.length > 0 && !this.limits.isFull && this.environment !== undefined) {
      const next = this.waiting.shift()
      if (next !== undefined) this.admit(next.socket, next.listener, this.environment)
    }
  }

  private admit(socket: Socket, listener: Listener, environment: ConnectionEnvironment): void {
    const addresses = addressesOf(socket)
    if (addresses === undefined) {
      socket.destroy()
      return
    }
    const { localHost, localPort, remoteHost, remotePort } = addresses
    const limit = this.limits.exceededBy(remoteHost)
    if (limit !== undefined) {
      this.logger.info(`Rejected a connection from ${remoteHost}: it has ${limit} already (max.connections.per.ip)`)
      socket.destroy()
      return
    }
    const id = `${localHost}:${localPort}-${remoteHost}:${remotePort}-${this.accepted++}`
    const connect = (transport: Transport): Connection =>
      new Connection(id, listener, addresses, transport, environment)
    const transport = new SocketTransport(socket, connect, this.logger)
    this.limits.add(remoteHost)
    this.connections.add(transport.connection)
    transport.resumeReading()
  }

  private remove(connection: Connection): void {
    if (!this.connections.delete(connection)) return
    this.limits.remove(connection.remoteHost)
    if (this.connections.size === 0) this.onEmpty?.()
    this.admitWaiting()
  }

  /** One timer for all connections. */
  private scheduleSweep(): void {
    const { maxIdleMs } = this.settings
    if (maxIdleMs < 0) return
    const delayMs = Math.max(SHORTEST_SWEEP_MS, maxIdleMs / SWEEPS_PER_IDLE_TIME)
    this.sweepTimer = this.clock.setTimer(delayMs, () => {
      this.sweep(this.clock.monotonicMs() - maxIdleMs)
      if (!this.isClosing) this.scheduleSweep()
    })
  }

  private sweep(idleSinceMs: number): void {
    for (const connection of this.connections) {
      if (connection.lastActiveMs > idleSinceMs) continue
      if (!connection.isOpen) connection.destroy()
      else if (!connection.isBusy) connection.endIdle()
    }
  }
}
