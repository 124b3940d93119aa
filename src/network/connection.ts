// One client connection: requests are taken strictly one after another, each only when the response of the one before is
// queued (what a client may pipeline, Apache Kafka answers in order too), and never faster than the client reads.
import type { Clock, Logger } from '../ports.ts'
import { FrameReader, InvalidFrameError } from './frame-reader.ts'
import type { ReceiveBuffers } from './receive-buffers.ts'

/** Responses are handed to the socket when this many bytes are ready, at the latest when a read is worked off. */
const FLUSH_BYTES = 256 * 1024
/** A client with more unread response bytes than this is paused until it has read them. */
const CONGESTED_BYTES = 256 * 1024

/** What a connection needs of a socket. */
export interface Transport {
  /** Written in this order; `sent` is called once they left the process or never will. */
  write(chunks: readonly Buffer[], sent: (() => void) | undefined): void
  /** Written and not yet taken by the operating system. */
  readonly bufferedBytes: number
  resumeReading(): void
  /** After what was written is sent. */
  close(): void
  destroy(): void
}

/** A request that cannot be answered: it is logged and the connection closed, as Apache Kafka does. */
export class RefusedRequestError extends Error {}

export type Response = readonly Buffer[] | null
/** Takes the current frame; null is no response. Throws what ends the connection. */
export type Dispatch = (connection: Connection, frames: FrameReader) => Response | Promise<Response>

export interface ConnectionAddresses {
  readonly localHost: string
  readonly localPort: number
  readonly remoteHost: string
  readonly remotePort: number
}

export interface ConnectionEnvironment {
  readonly clock: Clock
  readonly logger: Logger
  readonly buffers: ReceiveBuffers
  readonly maxFrameBytes: number
  readonly dispatch: Dispatch
  readonly onClose: (connection: Connection) => void
}

/** What all connections of a listener share. */
export interface ListenerView {
  readonly name: string
  /** Where the client of a connection shall dial this broker. */
  advertisedTo(addresses: ConnectionAddresses): { readonly host: string; readonly port: number }
}

export class Connection implements ConnectionAddresses {
  readonly id: string
  readonly listener: ListenerView
  readonly localHost: string
  readonly localPort: number
  readonly remoteHost: string
  readonly remotePort: number
  clientId: string | null = null
  clientSoftwareName = ''
  clientSoftwareVersion = ''
  /** Monotonic. */
  lastActiveMs: number
  private readonly environment: ConnectionEnvironment
  private readonly transport: Transport
  private readonly frames: FrameReader
  private outgoing: Buffer[] = []
  private outgoingBytes = 0
  private sentCallbacks: (() => void)[] | undefined
  private disconnectCallbacks: Set<() => void> | undefined
  private isWorking = false
  private isAnswering = false
  private isCongested = false
  private isPaused = false
  private isEnding = false
  private isClosed = false

  constructor(
    id: string,
    listener: ListenerView,
    addresses: ConnectionAddresses,
    transport: Transport,
    environment: ConnectionEnvironment
  ) {
    this.id = id
    this.listener = listener
    this.localHost = addresses.localHost
    this.localPort = addresses.localPort
    this.remoteHost = addresses.remoteHost
    this.remotePort = addresses.remotePort
    this.transport = transport
    this.environment = environment
    this.frames = new FrameReader(environment.buffers, environment.maxFrameBytes)
    this.lastActiveMs = environment.clock.monotonicMs()
  }

  /** A request is being answered or a response is still being read: not idle, however long it takes. */
  get isBusy(): boolean {
    return this.isAnswering || this.transport.bufferedBytes > 0
  }

  get isOpen(): boolean {
    return !this.isClosed && !this.isEnding
  }

  /** The buffer for the next read. While this connection may be worked on before that read, never a frame's own. */
  readTarget(): Buffer {
    return this.frames.target(!this.isAnswering && !this.isCongested && !this.isPaused)
  }

  /** `count` bytes are at the beginning of `source`. False: stop reading until the transport is told to resume. */
  received(count: number, source: Buffer): boolean {
    if (this.isClosed || this.isEnding) return true // Read and dropped, so that the peer sees our end, not a reset.
    this.lastActiveMs = this.environment.clock.monotonicMs()
    this.frames.received(source, count)
    this.work()
    return !this.isPaused
  }

  /** The transport has written everything. */
  drained(): void {
    if (!this.isCongested) return
    this.isCongested = false
    this.lastActiveMs = this.environment.clock.monotonicMs()
    this.work()
  }

  /** The transport is gone. */
  closed(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.frames.drop()
    this.environment.onClose(this)
    const callbacks = this.disconnectCallbacks
    this.disconnectCallbacks = undefined
    if (callbacks !== undefined) for (const callback of callbacks) callback()
    this.callSent()
  }

  onDisconnect(callback: () => void): () => void {
    this.disconnectCallbacks ??= new Set()
    this.disconnectCallbacks.add(callback)
    return () => this.disconnectCallbacks?.delete(callback)
  }

  onSent(callback: () => void): void {
    this.sentCallbacks ??= []
    this.sentCallbacks.push(callback)
  }

  /** No further request is taken; the one in progress is answered, then the connection closes. */
  end(): void {
    if (this.isEnding || this.isClosed) return
    this.isEnding = true
    if (!this.isAnswering && !this.isWorking) this.finish()
  }

  /** Ends and tells why. */
  refuse(reason: string): void {
    if (this.isEnding || this.isClosed) return
    this.logClosing(reason)
    this.end()
  }

  /** Nothing was heard for connections.max.idle.ms. */
  endIdle(): void {
    this.environment.logger.debug(`Closing the idle connection of ${this.describe()}`)
    this.end()
  }

  destroy(): void {
    this.isEnding = true
    this.transport.destroy()
  }

  describe(): string {
    return `${this.clientId === null ? 'a client' : `client "${this.clientId}"`} at ${this.remoteHost}:${this.remotePort}`
  }

  private work(): void {
    this.isWorking = true
    try {
      this.takeRequests()
      if (!this.isClosed) this.frames.settle()
    } catch (error) {
      this.fail(error)
    } finally {
      this.isWorking = false
    }
    if (this.isEnding && !this.isAnswering) {
      this.finish()
      return
    }
    this.flush()
    this.balanceReading()
  }

  private takeRequests(): void {
    const { frames } = this
    while (!this.isAnswering && !this.isCongested && !this.isEnding && frames.next()) {
      const response = this.environment.dispatch(this, frames)
      if (response instanceof Promise) {
        this.isAnswering = true
        this.answerLater(response)
      } else if (response !== null) {
        this.queue(response)
        if (this.outgoingBytes >= FLUSH_BYTES) this.flush()
      }
    }
  }

  private answerLater(response: Promise<Response>): void {
    response.then(
      (chunks) => {
        this.isAnswering = false
        if (this.isClosed) return this.callSent()
        if (chunks !== null) this.queue(chunks)
        this.lastActiveMs = this.environment.clock.monotonicMs()
        this.work()
      },
      (error) => {
        this.isAnswering = false
        this.fail(error)
        this.finish()
      }
    )
  }

  private queue(chunks: readonly Buffer[]): void {
    for (const chunk of chunks) {
      this.outgoing.push(chunk)
      this.outgoingBytes += chunk.length
    }
  }

  private flush(): void {
    if (this.outgoingBytes === 0 || this.isClosed) {
      this.callSent()
      return
    }
    const callbacks = this.sentCallbacks
    this.sentCallbacks = undefined
    const chunks = this.outgoing
    this.outgoing = []
    this.outgoingBytes = 0
    this.transport.write(chunks, callbacks === undefined ? undefined : () => callAll(callbacks))
    if (this.transport.bufferedBytes > CONGESTED_BYTES) this.isCongested = true
  }

  /** Whoever waits for its turn to be read does so in the socket, not in this process. */
  private balanceReading(): void {
    const mustPause = this.isCongested || (this.isAnswering && this.frames.pendingBytes > 0)
    if (mustPause) {
      this.isPaused = true
    } else if (this.isPaused) {
      this.isPaused = false
      this.transport.resumeReading()
    }
  }

  private finish(): void {
    this.flush()
    if (!this.isClosed) this.transport.close()
  }

  /** Logs and marks the end; what was answered before is still sent. */
  private fail(error: unknown): void {
    if (!this.isOpen) return
    this.isEnding = true
    if (error instanceof InvalidFrameError || error instanceof RefusedRequestError) {
      this.logClosing(error.message)
    } else {
      const stack = error instanceof Error ? error.stack : String(error)
      this.environment.logger.error(`Closing the connection of ${this.describe()}: unexpected error`, { stack })
    }
  }

  private logClosing(reason: string): void {
    this.environment.logger.warn(`Closing the connection of ${this.describe()}: ${reason}`, { connection: this.id })
  }

  private callSent(): void {
    const callbacks = this.sentCallbacks
    if (callbacks === undefined) return
    this.sentCallbacks = undefined
    callAll(callbacks)
  }
}

function callAll(callbacks: readonly (() => void)[]): void {
  for (const callback of callbacks) callback()
}
