// From a frame to a response: header, which handler, decode, handle, encode. Refuses what Apache Kafka refuses, by
// closing the connection; ApiVersions alone is answered whatever its version (KIP-511), for it is how clients find out.

import type { Broker } from '../broker/broker.ts'
import { MalformedError, Reader } from '../bytes/reader.ts'
import { ErrorCode, KafkaError } from '../error-codes.ts'
import type { Handler } from '../handlers/handler.ts'
import { removedApis, whyNotServed } from '../handlers/not-served.ts'
import type { Logger } from '../ports.ts'
import { apiByKey } from '../protocol/apis.ts'
import { inVersions, requestCodec, versionRange } from '../protocol/compile.ts'
import { API_VERSIONS_KEY, decodeRequestHeader, encodeResponse, type RequestHeader } from '../protocol/frame.ts'
import type { Codec, Field, Fields } from '../protocol/schema.ts'
import { type Connection, type Dispatch, RefusedRequestError, type Response } from './connection.ts'
import type { FrameReader } from './frame-reader.ts'
import { RequestScope } from './request-scope.ts'

interface Served {
  readonly handler: Handler
  /** Decoders by version; a hole is a version that is not served or not asked for yet. */
  readonly decoders: (Codec<unknown> | undefined)[]
  /** Decoding makes views of the frame, and the handler may keep them. */
  readonly keepsFrame: boolean
}

const carriesBytes = (fields: Fields): boolean => Object.values(fields).some(isBytes)

function isBytes(field: Field<unknown>): boolean {
  if (field.kind === 'bytes' || field.kind === 'records') return true
  if (field.element !== undefined) return isBytes(field.element)
  return field.fields !== undefined && carriesBytes(field.fields)
}

export class Dispatcher {
  private readonly served: (Served | undefined)[] = []
  private readonly broker: Broker
  private readonly logger: Logger

  constructor(handlers: readonly Handler[], broker: Broker, logger: Logger) {
    this.broker = broker
    this.logger = logger
    for (const handler of handlers) {
      const keepsFrame = !handler.borrowsRequest && carriesBytes(handler.api.request)
      this.served[handler.api.key] = { handler, decoders: [], keepsFrame }
    }
  }

  readonly dispatch: Dispatch = (connection, frames) => {
    const reader = new Reader(frames.buffer, frames.frameStart, frames.frameEnd)
    const header = readHeader(reader, connection)
    const served = this.served[header.apiKey]
    if (served === undefined) throw notServed(header)
    const decoder = served.decoders[header.apiVersion] ?? decoderOf(served, header)
    if (decoder === undefined) return this.refuseVersion(served, header)
    if (served.keepsFrame) moveToOwnBuffer(reader, frames)
    const request = readBody(served, decoder, reader, header)
    return this.answer(served, header, request, connection)
  }

  private answer(
    served: Served,
    header: RequestHeader,
    request: unknown,
    connection: Connection
  ): Response | Promise<Response> {
    try {
      const answer = served.handler.handle(request, this.broker, new RequestScope(header, connection))
      if (answer instanceof Promise) {
        return answer.then(
          (value) => encode(served, header, value),
          (error) => this.answerError(served, header, request, connection, error)
        )
      }
      return encode(served, header, answer)
    } catch (error) {
      return this.answerError(served, header, request, connection, error)
    }
  }

  private answerError(
    served: Served,
    header: RequestHeader,
    request: unknown,
    connection: Connection,
    error: unknown
  ): Response {
    const { handler } = served
    let code: ErrorCode = ErrorCode.UNKNOWN_SERVER_ERROR
    let message: string | null = null
    if (error instanceof KafkaError) {
      code = error.code
      message = error.message
    } else {
      const stack = error instanceof Error ? error.stack : String(error)
      this.logger.error(`${handler.api.name} v${header.apiVersion} of ${connection.describe()} failed`, { stack })
    }
    return encode(served, header, handler.errorResponse(code, message, request, header.apiVersion))
  }

  /** ApiVersions in an unknown version is answered in version 0, naming the versions of ApiVersions alone. */
  private refuseVersion(served: Served, header: RequestHeader): Response {
    const { api, versions } = served.handler
    const { min, max } = versionRange(versions)
    if (api.key !== API_VERSIONS_KEY) {
      throw new RefusedRequestError(`it sent ${api.name} version ${header.apiVersion}, served are ${min} to ${max}`)
    }
    const apiKeys = [{ apiKey: api.key, minVersion: min, maxVersion: max }]
    return encodeResponse(api, 0, header.correlationId, { errorCode: ErrorCode.UNSUPPORTED_VERSION, apiKeys })
  }
}

function notServed({ apiKey }: RequestHeader): RefusedRequestError {
  const api = apiByKey(apiKey)
  const name = api?.name ?? removedApis.get(apiKey)
  const what = name === undefined ? `API key ${apiKey}` : `${name} (API key ${apiKey})`
  const reason = api === undefined ? undefined : whyNotServed(api)
  return new RefusedRequestError(`it sent ${what}, which is not served${reason === undefined ? '' : `: ${reason}`}`)
}

function readHeader(reader: Reader, connection: Connection): RequestHeader {
  try {
    const header = decodeRequestHeader(reader)
    connection.clientId = header.clientId
    return header
  } catch (error) {
    throw refusal(error, 'it sent a malformed request header')
  }
}

function readBody(served: Served, decoder: Codec<unknown>, reader: Reader, header: RequestHeader): unknown {
  try {
    return decoder.decode(reader) // Bytes behind the request are ignored, as Apache Kafka does.
  } catch (error) {
    throw refusal(error, `it sent a malformed ${served.handler.api.name} request, version ${header.apiVersion}`)
  }
}

function refusal(error: unknown, what: string): unknown {
  return error instanceof MalformedError ? new RefusedRequestError(`${what}: ${error.message}`) : error
}

function decoderOf(served: Served, header: RequestHeader): Codec<unknown> | undefined {
  const { api, versions } = served.handler
  if (!inVersions(versions, header.apiVersion)) return undefined
  const decoder = requestCodec(api, header.apiVersion)
  served.decoders[header.apiVersion] = decoder
  return decoder
}

function moveToOwnBuffer(reader: Reader, frames: FrameReader): void {
  const position = reader.position - frames.frameStart
  const frame = frames.keepFrame()
  reader.buffer = frame
  reader.position = position
  reader.limit = frame.length
}

function encode(served: Served, header: RequestHeader, answer: unknown): Response {
  if (answer === null) return null
  return encodeResponse(served.handler.api, header.apiVersion, header.correlationId, answer as object)
}
