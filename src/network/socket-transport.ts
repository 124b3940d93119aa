// A connection on a TCP socket. Node lets a program name the buffer that a socket reads into (`onread`) only when it
// makes the socket itself, so an accepted socket hands its handle over to one made here: then reading a frame costs no
// allocation, and an idle connection holds no buffer.
import { Socket } from 'node:net'
import type { Logger } from '../ports.ts'
import type { Connection, ConnectionAddresses, Transport } from './connection.ts'

/** Below this size one copy is cheaper than a writev of several pieces. */
const JOIN_BYTES = 16 * 1024

type Handle = ConstructorParameters<typeof Socket>[0] & object
interface SocketWithHandle {
  _handle: Handle | null
}

/** An IPv4 address that arrived over an IPv6 socket is shown, compared and advertised as IPv4. */
export const normaliseAddress = (address: string): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address

/** Undefined: the client has already gone. */
export function addressesOf(socket: Socket): ConnectionAddresses | undefined {
  const { localAddress, localPort, remoteAddress, remotePort } = socket
  if (localAddress === undefined || localPort === undefined) return undefined
  if (remoteAddress === undefined || remotePort === undefined) return undefined
  return {
    localHost: normaliseAddress(localAddress),
    localPort,
    remoteHost: normaliseAddress(remoteAddress),
    remotePort
  }
}

export class SocketTransport implements Transport {
  private readonly socket: Socket
  readonly connection: Connection

  /** `accepted` must not have started to read (`pauseOnConnect`). It is spent afterwards. */
  constructor(accepted: Socket, connect: (transport: Transport) => Connection, logger: Logger) {
    const owner = accepted as unknown as SocketWithHandle
    const handle = owner._handle
    owner._handle = null
    accepted.destroy()
    this.connection = connect(this)
    const { connection } = this
    this.socket = new Socket({
      handle,
      manualStart: true,
      onread: {
        buffer: () => connection.readTarget(),
        callback: (count: number, source: Buffer) => connection.received(count, source)
      }
    } as unknown as ConstructorParameters<typeof Socket>[0])
    this.socket
      .setNoDelay(true)
      .on('drain', () => connection.drained())
      .on('error', (error) => logger.debug(`The connection of ${connection.describe()} broke: ${error.message}`))
      .on('close', () => connection.closed())
  }

  get bufferedBytes(): number {
    return this.socket.writableLength
  }

  write(chunks: readonly Buffer[], sent: (() => void) | undefined): void {
    const { socket } = this
    if (chunks.length === 1) {
      socket.write(chunks[0], sent)
      return
    }
    let totalBytes = 0
    for (const chunk of chunks) totalBytes += chunk.length
    if (totalBytes <= JOIN_BYTES) {
      socket.write(Buffer.concat(chunks as Buffer[], totalBytes), sent)
      return
    }
    socket.cork()
    const last = chunks.length - 1
    for (let index = 0; index < last; index++) socket.write(chunks[index])
    socket.write(chunks[last], sent)
    socket.uncork()
  }

  resumeReading(): void {
    this.socket.resume()
  }

  close(): void {
    this.socket.destroySoon()
  }

  destroy(): void {
    this.socket.destroy()
  }
}
