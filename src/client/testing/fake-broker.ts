// A broker for tests of the client: answers what the test says, one handler per API, over a real socket.
import { createServer, type Server, type Socket } from 'node:net'
import { Reader } from '../../bytes/reader.ts'
import { requestCodec, versionRange } from '../../protocol/compile.ts'
import { decodeRequestHeader, encodeResponse } from '../../protocol/frame.ts'
import { apiVersions } from '../../protocol/messages/api-versions.ts'
import { metadata } from '../../protocol/messages/metadata.ts'
import type { AnyApi, RequestOf, ResponseInitOf } from '../../protocol/schema.ts'
import { FrameSplitter } from '../frame-splitter.ts'

/** 'silence' sends nothing, 'close' ends the connection. */
type Answer<A extends AnyApi> = ResponseInitOf<A> | 'silence' | 'close'
type Handler<A extends AnyApi> = (request: RequestOf<A>, version: number) => Answer<A> | Promise<Answer<A>>

export interface FakeTopic {
  readonly name: string
  readonly topicId?: string
  readonly partitions: number
}

export class FakeBroker {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #handlers = new Map<number, { api: AnyApi; versionMax: number; handle: Handler<AnyApi> }>()
  /** API names in the order of arrival. */
  readonly requests: string[] = []
  topics: FakeTopic[] = []
  port = 0

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
    this.on(apiVersions, () => ({ errorCode: 0, apiKeys: this.#apiKeys() }))
    this.on(metadata, (request) => this.#metadata(request))
  }

  static async start(): Promise<FakeBroker> {
    const broker = new FakeBroker()
    await new Promise<void>((resolve) => broker.#server.listen(0, '127.0.0.1', resolve))
    const address = broker.#server.address()
    if (typeof address === 'object' && address !== null) broker.port = address.port
    return broker
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  on<A extends AnyApi>(api: A, handle: Handler<A>, versionMax = versionRange(api.versions).max): void {
    this.#handlers.set(api.key, { api, versionMax, handle: handle as Handler<AnyApi> })
  }

  /** Breaks every connection. */
  disconnectAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.disconnectAll()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #apiKeys() {
    return [...this.#handlers.values()].map(({ api, versionMax }) => ({
      apiKey: api.key,
      minVersion: versionRange(api.versions).min,
      maxVersion: versionMax
    }))
  }

  #metadata(request: RequestOf<typeof metadata>): ResponseInitOf<typeof metadata> {
    const wanted = request.topics?.map(({ name }) => name)
    const known = this.topics.filter(({ name }) => wanted?.includes(name) ?? true)
    const unknown = (wanted ?? []).filter((name) => !this.topics.some((topic) => topic.name === name))
    return {
      brokers: [{ nodeId: 1, host: '127.0.0.1', port: this.port }],
      clusterId: 'fake',
      controllerId: 1,
      topics: [
        ...known.map(({ name, topicId, partitions }) => ({
          name,
          topicId: topicId ?? 'AAAAAAAAAAAAAAAAAAAAQQ',
          partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({
            partitionIndex,
            leaderId: 1,
            leaderEpoch: 0,
            replicaNodes: [1],
            isrNodes: [1]
          }))
        })),
        ...unknown.map((name) => ({ name, errorCode: 3 }))
      ]
    }
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    // One after another, as a broker does.
    let previous = Promise.resolve()
    const splitter = new FrameSplitter(1 << 26, (frame) => {
      const copy = Buffer.from(frame)
      previous = previous.then(() => this.#answer(socket, copy))
    })
    socket.on('data', (chunk: Buffer) => splitter.push(chunk))
  }

  async #answer(socket: Socket, frame: Buffer): Promise<void> {
    const reader = new Reader(frame)
    const { apiKey, apiVersion, correlationId } = decodeRequestHeader(reader)
    const found = this.#handlers.get(apiKey)
    if (found === undefined) {
      socket.destroy()
      return
    }
    const { api, versionMax, handle } = found
    this.requests.push(api.name)
    if (api.key === apiVersions.key && apiVersion > versionMax) {
      const response = { errorCode: 35, apiKeys: this.#apiKeys() }
      socket.write(Buffer.concat(encodeResponse(apiVersions, 0, correlationId, response)))
      return
    }
    const answer = await handle(requestCodec(api, apiVersion).decode(reader), apiVersion)
    if (answer === 'close') socket.destroy()
    else if (answer !== 'silence') socket.write(Buffer.concat(encodeResponse(api, apiVersion, correlationId, answer)))
  }
}
