// A socket that sends exactly the bytes it is given: for everything a well-behaved client never does.
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { target } from './target.ts'
import { sleep } from './wire.ts'

export class RawSocket {
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #isClosed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
    })
    socket.on('error', () => {}) // a reset shows as closed
    socket.on('close', () => {
      this.#isClosed = true
    })
  }

  static async open(): Promise<RawSocket> {
    const socket = connect({ host: target.host, port: target.port, noDelay: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    onTestFinished(() => void socket.destroy())
    return new RawSocket(socket)
  }

  send(...parts: Buffer[]): void {
    this.#socket.write(Buffer.concat(parts))
  }

  /** Half-closes: nothing more will be sent. */
  end(): void {
    this.#socket.end()
  }

  /** The next response without its size, or 'closed' when the target hangs up first. */
  async next(timeoutMs = 10_000): Promise<Buffer | 'closed'> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const frame = this.#takeFrame()
      if (frame !== undefined) return frame
      if (this.#isClosed) return 'closed'
      if (Date.now() > deadline) throw new Error(`neither an answer nor a close in ${timeoutMs} ms`)
      await sleep(5)
    }
  }

  /** True when the target neither answers nor closes for this long. */
  async staysSilent(forMs: number): Promise<boolean> {
    await sleep(forMs)
    return this.#received.length === 0 && !this.#isClosed
  }

  #takeFrame(): Buffer | undefined {
    if (this.#received.length < 4) return undefined
    const end = 4 + this.#received.readInt32BE(0)
    if (this.#received.length < end) return undefined
    const frame = this.#received.subarray(4, end)
    this.#received = this.#received.subarray(end)
    return frame
  }
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** Puts the size in front. */
export function framed(...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([int32(body.length), body])
}

export interface HeaderInit {
  apiKey: number
  apiVersion: number
  correlationId: number
  clientId?: string
  /** Header version 2 ends with a tagged section. */
  flexible?: boolean
}

export function requestHeader({ apiKey, apiVersion, correlationId, clientId = 'raw', flexible = false }: HeaderInit) {
  const name = Buffer.from(clientId)
  const tags = flexible ? [Buffer.from([0])] : []
  return Buffer.concat([int16(apiKey), int16(apiVersion), int32(correlationId), int16(name.length), name, ...tags])
}
