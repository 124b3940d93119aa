// Frames of the Kafka protocol: int32 size, header, body. Requests: apiKey int16, apiVersion int16, correlationId
// int32, clientId nullable string (never compact), and in flexible versions a tagged section. Responses: correlationId
// int32, and in flexible versions a tagged section.
import type { Reader } from '../bytes/reader.ts'
import { Writer } from '../bytes/writer.ts'
import { apiByKey } from './apis.ts'
import { isFlexible, requestCodec, responseCodec, skipTaggedFields } from './compile.ts'
import type { AnyApi, RequestInitOf, ResponseInitOf } from './schema.ts'

export interface RequestHeader {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string | null
}

export const API_VERSIONS_KEY = 18

/** The reader stands at the request's body afterwards. For an unknown API key the tagged section, if any, is not read. */
export function decodeRequestHeader(reader: Reader): RequestHeader {
  const apiKey = reader.int16()
  const apiVersion = reader.int16()
  const correlationId = reader.int32()
  const clientIdLength = reader.int16()
  const clientId = clientIdLength < 0 ? null : reader.string(clientIdLength)
  const api = apiByKey(apiKey)
  if (api !== undefined && isFlexible(api, apiVersion)) skipTaggedFields(reader)
  return { apiKey, apiVersion, correlationId, clientId }
}

/** A response's header, as a client reads it. */
export function decodeResponseHeader(reader: Reader, api: AnyApi, version: number): { correlationId: number } {
  const correlationId = reader.int32()
  if (hasFlexibleResponseHeader(api, version)) skipTaggedFields(reader)
  return { correlationId }
}

// A client that does not know which versions the broker has must be able to read the answer to ApiVersions: its header
// stays at v0 for ever (KIP-511).
function hasFlexibleResponseHeader(api: AnyApi, version: number): boolean {
  return api.key !== API_VERSIONS_KEY && isFlexible(api, version)
}

export function encodeRequest<A extends AnyApi>(
  api: A,
  version: number,
  correlationId: number,
  clientId: string | null,
  value: RequestInitOf<A>
): Buffer[] {
  const writer = new Writer()
  writer.int32(0)
  writer.int16(api.key)
  writer.int16(version)
  writer.int32(correlationId)
  if (clientId === null) writer.int16(-1)
  else writer.string(clientId)
  if (isFlexible(api, version)) writer.int8(0)
  requestCodec(api, version).encode(writer, value)
  return sized(writer)
}

export function encodeResponse<A extends AnyApi>(
  api: A,
  version: number,
  correlationId: number,
  value: ResponseInitOf<A>
): Buffer[] {
  const writer = new Writer()
  writer.int32(0)
  writer.int32(correlationId)
  if (hasFlexibleResponseHeader(api, version)) writer.int8(0)
  responseCodec(api, version).encode(writer, value)
  return sized(writer)
}

function sized(writer: Writer): Buffer[] {
  const size = writer.length - 4
  const chunks = writer.finish()
  chunks[0].writeInt32BE(size, 0)
  return chunks
}
