// One connection to one broker: framing, correlation, pipelining, timeouts and version negotiation. It never retries
// and never reconnects: once it failed, every waiting and later request fails with the same ConnectionError.
import { connect as connectSocket, type Socket } from 'node:net'
import { MalformedError, Reader } from '../bytes/reader.ts'
import type { Clock } from '../ports.ts'
import { responseCodec, versionRange } from '../protocol/compile.ts'
import { decodeResponseHeader, encodeRequest } from '../protocol/frame.ts'
import type { AnyApi, RequestInitOf, ResponseOf } from '../protocol/schema.ts'
import { systemClock } from '../system/clock.ts'
import { formatAddress } from './address.ts'
import { ConnectionError } from './errors.ts'
import { FrameSplitter } from './frame-splitter.ts'
import { negotiate, type VersionRange } from './negotiate.ts'
import { RequestQueue } from './request-queue.ts'

export interface ConnectionOptions {
  readonly host: string
  readonly port: number
  readonly clientId?: string | null
  /** For each request that does not give its own, and for the connect. */
  readonly timeoutMs?: number
  readonly connectTimeoutMs?: number
  /** Ask ApiVersions once before anything else, so that `call` knows the highest common version (default true). */
  readonly negotiate?: boolean
  readonly clock?: Clock
}

// Above any response a client asks for, below what a TLS alert or an HTTP answer looks like as a size.
const FRAME_BYTES_MAX = 256 * 1024 * 1024

export class Connection {
  readonly address: string
  /** Resolves, never rejects, with the reason when the connection is over. */
  readonly closed: Promise<ConnectionError>
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #clientId: string | null
  readonly #timeoutMs: number
  readonly #queue: RequestQueue
  #versions: ReadonlyMap<number, VersionRange> = new Map()
  #nextCorrelationId = 1
  #failure: ConnectionError | undefined
  #resolveClosed!: (reason: ConnectionError) => void

  private constructor(socket: Socket, options: ConnectionOptions) {
    this.address = formatAddress(options)
    this.#socket = socket
    this.#clock = options.clock ?? systemClock
    this.#clientId = options.clientId === undefined ? 'odradek' : options.clientId
    this.#timeoutMs = options.timeoutMs ?? 30_000
    this.#queue = new RequestQueue(this.#clock, ({ what, timeoutMs }) =>
      this.#fail('TIMEOUT', `${this.address} did not answer ${what} in ${timeoutMs} ms`)
    )
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve
    })
    const splitter = new FrameSplitter(FRAME_BYTES_MAX, (frame) => this.#onFrame(frame))
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#onData(splitter, chunk))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.#fail(error.code ?? 'CLOSED', this.#describe(error), error)
    )
    socket.on('close', () => this.#fail('CLOSED', `${this.address} closed the connection`))
  }

  static async connect(options: ConnectionOptions): Promise<Connection> {
    const socket = await openSocket(options)
    const connection = new Connection(socket, options)
    if (options.negotiate !== false) {
      try {
        connection.#versions = await negotiate(connection)
      } catch (error) {
        connection.close()
        if (!(error instanceof MalformedError)) throw error
        const message = `${connection.address} does not answer as a Kafka broker does: ${error.message}`
        throw new ConnectionError(connection.address, 'PROTOCOL', message, { cause: error })
      }
    }
    return connection
  }

  /** What the broker serves, by API key; empty without negotiation. */
  get versions(): ReadonlyMap<number, VersionRange> {
    return this.#versions
  }

  get isOpen(): boolean {
    return this.#failure === undefined
  }

  /** Highest version that both sides know, at most `versionMax`; throws when there is none. */
  versionOf(api: AnyApi, versionMax = Number.MAX_SAFE_INTEGER): number {
    const ours = versionRange(api.versions)
    const theirs = this.#versions.get(api.key)
    const version = Math.min(ours.max, theirs?.max ?? -1, versionMax)
    if (theirs === undefined || version < Math.max(ours.min, theirs.min)) {
      throw new ConnectionError(
        this.address,
        'PROTOCOL',
        theirs === undefined
          ? `${this.address} does not serve ${api.name}`
          : `${this.address} serves ${api.name} versions ${theirs.min} to ${theirs.max}, this client knows ${ours.min} to ${ours.max}`
      )
    }
    return version
  }

  /** Sends at the given version, whether or not the broker says it serves it. */
  async request<A extends AnyApi>(
    api: A,
    version: number,
    request: RequestInitOf<A>,
    timeoutMs = this.#timeoutMs
  ): Promise<ResponseOf<A>> {
    const correlationId = this.#nextCorrelationId++ & 0x7fffffff
    const chunks = encodeRequest(api, version, correlationId, this.#clientId, request)
    const frame = await this.#exchange(chunks, correlationId, api.name, timeoutMs)
    return this.#decode(api, version, frame)
  }

  /** Sends at the highest common version. */
  async call<A extends AnyApi>(
    api: A,
    request: RequestInitOf<A>,
    options: { timeoutMs?: number; versionMax?: number } = {}
  ): Promise<ResponseOf<A>> {
    return this.request(api, this.versionOf(api, options.versionMax), request, options.timeoutMs)
  }

  /** For a request without a response: Produce with acks 0. */
  send<A extends AnyApi>(api: A, version: number, request: RequestInitOf<A>): void {
    this.write(...encodeRequest(api, version, this.#nextCorrelationId++ & 0x7fffffff, this.#clientId, request))
  }

  /** Writes bytes as they are, size included, and resolves with the next response frame, from its correlation id on. */
  exchange(bytes: Buffer, timeoutMs = this.#timeoutMs): Promise<Buffer> {
    return this.#exchange([bytes], undefined, 'raw bytes', timeoutMs)
  }

  /** Writes bytes as they are and expects nothing. */
  write(...chunks: readonly Buffer[]): void {
    if (this.#failure !== undefined) throw this.#failure
    // Corked, so that the chunks of one request leave in one writev.
    this.#socket.cork()
    for (const chunk of chunks) this.#socket.write(chunk)
    this.#socket.uncork()
  }

  /** True when the kernel has not taken everything yet: a sender of much should wait for `drained`. */
  get isCongested(): boolean {
    return this.#socket.writableNeedDrain
  }

  /** Idempotent. Whatever still waits fails. */
  close(): void {
    this.#fail('CLOSED', `the connection to ${this.address} was closed by this client`)
  }

  #exchange(chunks: readonly Buffer[], correlationId: number | undefined, what: string, timeoutMs: number) {
    return new Promise<Buffer>((resolve, reject) => {
      this.write(...chunks)
      const deadlineMs = this.#clock.monotonicMs() + timeoutMs
      this.#queue.push({ correlationId, what, timeoutMs, deadlineMs, resolve, reject })
    })
  }

  #decode<A extends AnyApi>(api: A, version: number, frame: Buffer): ResponseOf<A> {
    const reader = new Reader(frame)
    try {
      decodeResponseHeader(reader, api, version)
      const response = responseCodec(api, version).decode(reader)
      if (reader.remaining > 0) throw new MalformedError(`${reader.remaining} bytes too many`)
      return response
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error
      const message = `${this.address} answered ${api.name} v${version} in a way that cannot be read: ${error.message}`
      this.#fail('PROTOCOL', message, error)
      throw this.#failure ?? error
    }
  }

  #onData(splitter: FrameSplitter, chunk: Buffer): void {
    try {
      splitter.push(chunk)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.#fail('PROTOCOL', `${this.address} does not speak Kafka's protocol (${error.message}): a TLS or HTTP port?`)
    }
  }

  #onFrame(frame: Buffer): void {
    const waiting = this.#queue.shift()
    if (waiting === undefined) {
      this.#fail('PROTOCOL', `${this.address} sent a response to no request`)
      return
    }
    const correlationId = frame.length < 4 ? undefined : frame.readInt32BE(0)
    if (waiting.correlationId !== undefined && waiting.correlationId !== correlationId) {
      const message = `${this.address} answered request ${correlationId} where ${waiting.correlationId} was due`
      this.#fail('PROTOCOL', message)
      waiting.reject(this.#failure!)
      return
    }
    waiting.resolve(frame)
  }

  #fail(reason: string, message: string, cause?: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = new ConnectionError(this.address, reason, message, { cause })
    this.#socket.destroy()
    this.#queue.rejectAll(this.#failure)
    this.#resolveClosed(this.#failure)
  }

  #describe(error: NodeJS.ErrnoException): string {
    return `the connection to ${this.address} broke: ${error.code ?? error.message}`
  }
}

function openSocket(options: ConnectionOptions): Promise<Socket> {
  const timeoutMs = options.connectTimeoutMs ?? options.timeoutMs ?? 30_000
  const address = formatAddress(options)
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host: options.host, port: options.port })
    const refuse = (reason: string, message: string, cause?: Error) => {
      timer.cancel()
      socket.destroy()
      reject(new ConnectionError(address, reason, message, { cause }))
    }
    const timer = (options.clock ?? systemClock).setTimer(timeoutMs, () =>
      refuse('TIMEOUT', `no connection to ${address} in ${timeoutMs} ms`)
    )
    const onError = (error: NodeJS.ErrnoException) => {
      // Happy eyeballs reports one error for all addresses of a name; its parts carry the code.
      const parts: NodeJS.ErrnoException[] = error instanceof AggregateError ? error.errors : [error]
      const code = parts[0]?.code ?? 'CLOSED'
      const text = code === 'ECONNREFUSED' ? `connection refused to ${address}` : `no connection to ${address}: ${code}`
      refuse(code, text, error)
    }
    socket.once('error', onError)
    socket.once('connect', () => {
      timer.cancel()
      socket.removeListener('error', onError)
      resolve(socket)
    })
  })
}
