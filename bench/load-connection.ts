// A connection that costs the load generator as little as it can: prebuilt frames out, whole frames in, answered in order.
import { connect, type Socket } from 'node:net'
import { Reader } from '../src/bytes/reader.ts'
import { responseCodec } from '../src/protocol/compile.ts'
import { decodeResponseHeader } from '../src/protocol/frame.ts'
import type { AnyApi, ResponseOf } from '../src/protocol/schema.ts'

export class LoadConnection {
  readonly #socket: Socket
  // Bytes of frames not complete yet; grows to the largest response.
  #buffer = Buffer.allocUnsafe(64 * 1024)
  #length = 0
  #waiting: ((frame: Buffer) => void)[] = []
  #failure: Error | undefined
  #onFailure: (error: Error) => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the broker closed the connection')))
  }

  static open(port: number): Promise<LoadConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new LoadConnection(socket)))
      socket.once('error', reject)
    })
  }

  /** `onFrame` gets the next response (without its size); the buffer is valid during the call only. */
  send(frame: Buffer, onFrame: (frame: Buffer) => void): void {
    if (this.#failure !== undefined) throw this.#failure
    this.#waiting.push(onFrame)
    this.#socket.write(frame)
  }

  async request<A extends AnyApi>(frame: Buffer, api: A, version: number): Promise<ResponseOf<A>> {
    return new Promise((resolve, reject) => {
      this.#onFailure = reject
      this.send(frame, (response) => resolve(decodeResponse(Buffer.from(response), api, version)))
    })
  }

  /** `count` requests with at most `inFlight` unanswered; `frameAt(i)` gives request i. */
  pump(
    count: number,
    inFlight: number,
    frameAt: (index: number) => Buffer,
    onFrame: (frame: Buffer) => void
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onFailure = reject
      let sent = 0
      let answered = 0
      const next = () => this.send(frameAt(sent++), answer)
      const answer = (frame: Buffer) => {
        onFrame(frame)
        answered++
        if (sent < count) next()
        else if (answered === count) resolve()
      }
      while (sent < Math.min(inFlight, count)) next()
    })
  }

  close(): void {
    this.#onFailure = () => {}
    this.#socket.destroy()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#onFailure(this.#failure)
  }

  #receive(chunk: Buffer): void {
    let at = 0
    if (this.#length === 0) {
      while (chunk.length - at >= 4 && chunk.length - at - 4 >= chunk.readInt32BE(at)) {
        const end = at + 4 + chunk.readInt32BE(at)
        this.#waiting.shift()?.(chunk.subarray(at + 4, end))
        at = end
      }
      if (at === chunk.length) return
    }
    this.#append(chunk, at)
    while (this.#length >= 4 && this.#length - 4 >= this.#buffer.readInt32BE(0)) {
      const end = 4 + this.#buffer.readInt32BE(0)
      this.#waiting.shift()?.(this.#buffer.subarray(4, end))
      this.#buffer.copyWithin(0, end, this.#length)
      this.#length -= end
    }
  }

  #append(chunk: Buffer, from: number): void {
    const needed = this.#length + chunk.length - from
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, this.#length)
      this.#buffer = larger
    }
    chunk.copy(this.#buffer, this.#length, from)
    this.#length = needed
  }
}

export function decodeResponse<A extends AnyApi>(frame: Buffer, api: A, version: number): ResponseOf<A> {
  const reader = new Reader(frame)
  decodeResponseHeader(reader, api, version)
  return responseCodec(api, version).decode(reader)
}
