// Calls a handler as dispatch would, without a socket: request and response go through their codecs, so a test sees
// what a client would see in that version.
import type { Broker } from '../../broker/broker.ts'
import { Reader } from '../../bytes/reader.ts'
import { Writer } from '../../bytes/writer.ts'
import { ErrorCode, KafkaError } from '../../error-codes.ts'
import { requestCodec, responseCodec } from '../../protocol/compile.ts'
import type { AnyApi, Api, RequestInitOf, ResponseOf } from '../../protocol/schema.ts'
import type { Handler, RequestContext } from '../handler.ts'

/** The connection of a test: what handlers asked of it is there to look at. */
export class TestConnection {
  readonly #onDisconnect = new Set<() => void>()
  #onSent: (() => void)[] = []
  closeReason: string | undefined

  context(apiKey: number, apiVersion: number, clientId = 'test'): RequestContext {
    return {
      ...{ apiKey, apiVersion, clientId, correlationId: 1 },
      clientHost: '/127.0.0.1',
      connectionId: '127.0.0.1:9092-127.0.0.1:40000-1',
      listenerName: 'PLAINTEXT',
      ...{ localHost: '127.0.0.1', localPort: 9092 },
      advertised: { host: '127.0.0.1', port: 9092 },
      principal: 'User:ANONYMOUS',
      ...{ clientSoftwareName: 'test', clientSoftwareVersion: '1' },
      setClientSoftware() {},
      onDisconnect: (callback) => {
        this.#onDisconnect.add(callback)
        return () => this.#onDisconnect.delete(callback)
      },
      onSent: (callback) => this.#onSent.push(callback),
      closeConnection: (reason) => {
        this.closeReason = reason
      }
    }
  }

  get disconnectListenerCount(): number {
    return this.#onDisconnect.size
  }

  sent(): void {
    for (const callback of this.#onSent.splice(0)) callback()
  }

  disconnect(): void {
    for (const callback of [...this.#onDisconnect]) callback()
  }
}

export interface Call<A extends AnyApi> {
  readonly handler: Handler
  readonly api: A
  readonly version: number
  readonly request: RequestInitOf<A>
  readonly broker: Broker
  readonly connection?: TestConnection
  readonly clientId?: string
}

/** Null when the handler gives no response. */
export async function callHandler<A extends Api>(call: Call<A>): Promise<ResponseOf<A> | null> {
  const { handler, api, version, broker } = call
  const connection = call.connection ?? new TestConnection()
  const writer = new Writer()
  requestCodec(api, version).encode(writer, call.request)
  const request = requestCodec(api, version).decode(new Reader(writer.toBuffer()))
  let answer: unknown
  try {
    answer = await handler.handle(request, broker, connection.context(api.key, version, call.clientId))
  } catch (error) {
    const code = error instanceof KafkaError ? error.code : ErrorCode.UNKNOWN_SERVER_ERROR
    answer = handler.errorResponse(code, (error as Error).message, request, version)
  }
  if (answer === null) return null
  const encoded = new Writer()
  responseCodec(api, version).encode(encoded, answer as never)
  connection.sent()
  return responseCodec(api, version).decode(new Reader(encoded.toBuffer())) as ResponseOf<A>
}
